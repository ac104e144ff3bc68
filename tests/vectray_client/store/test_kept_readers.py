import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import document, found_texts, index_path, put

from vectray_client.store.errors import IndexMissing
from vectray_client.store.kept_readers import KeptReaders
from vectray_client.store.store import Store, open_store


def test_one_reader_serves_many_threads_and_sees_what_is_written(store: Store, tmp_path: Path) -> None:
    """What was committed before a question is in its answer, whoever asks."""
    with KeptReaders(index_path(tmp_path), most=1) as readers:

        def texts() -> tuple[int, list[str]]:
            with readers.reader() as reader:
                return id(reader), found_texts(reader, "tide")

        first, nothing = texts()
        put(store, "/d/a", document("the tide"))
        with ThreadPoolExecutor(1) as other:
            assert (nothing, other.submit(texts).result()) == ([], (first, ["the tide"]))


def test_questions_at_the_same_time_have_readers_of_their_own(store: Store, tmp_path: Path) -> None:
    """No two threads share a connection, however many stay open."""
    put(store, "/d/a", document("the tide"))
    with KeptReaders(index_path(tmp_path), most=1) as readers:
        with readers.reader() as one, readers.reader() as other:
            assert one is not other
            assert found_texts(one, "tide") == found_texts(other, "tide")
        with readers.reader() as again:
            assert again in (one, other)


def test_an_index_that_takes_the_place_of_another_is_read(tmp_path: Path) -> None:
    """A reader of the former one is not lent again."""
    path, fresh = index_path(tmp_path), index_path(tmp_path / "fresh")
    with open_store(path), open_store(fresh):
        pass
    with KeptReaders(path, most=1) as readers:
        with readers.reader() as former:
            assert former.folders() == ()
        with open_store(fresh) as store:
            store.add_folder("/e")
        fresh.replace(path)
        with readers.reader() as reader:
            assert reader.folders() == ("/e",)


def test_after_an_error_the_next_question_gets_another_reader(store: Store, tmp_path: Path) -> None:
    """What failed in the middle may be in any state."""
    path = index_path(tmp_path)
    with KeptReaders(path, most=1) as readers:
        with pytest.raises(sqlite3.ProgrammingError), readers.reader() as failed:
            raise sqlite3.ProgrammingError
        with readers.reader() as reader:
            assert reader is not failed
            assert reader.folders() == store.folders()
    with KeptReaders(tmp_path / "nothing", most=1) as readers, pytest.raises(IndexMissing), readers.reader():
        pass
