from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vectray_client.agent.conftest import Served
from tests.vectray_client.store.documents import MODEL, document, index_path, put

from vectray_client.agent.asked import Spot
from vectray_client.agent.leafing import read_passages
from vectray_client.domain import FileType, Refusal, Verdict
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.errors import RequestRefused
from vectray_client.store.reading import Reader, open_reader
from vectray_client.store.store import open_store
from vectray_client.watch.states import file_state

TEXTS = [f"passage {number}" for number in range(7)]


def keep(served: Served, name: str, *texts: str) -> Path:
    """Write a file and put what it holds into the index."""
    path = served.folder / name
    path.write_text("\n".join(texts), "utf-8")
    content = document(*texts, file_type=FileType.MARKDOWN)
    state = file_state(path.lstat())
    served.pipeline.call(lambda store: put(store, str(path), content, state=state)).result()
    return path


def changed(agent: Agent, path: Path) -> str:
    """What the agent says has become of a file."""
    return agent.read_passages(str(path)).changed_reason


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """An index with one document."""
    path = index_path(tmp_path_factory.mktemp("index"))
    with open_store(path) as store:
        store.set_model(MODEL)
        store.add_folder("/folder")
        put(store, "/folder/file", document(*TEXTS))
    with open_reader(path) as reader:
        yield reader


@given(st.integers(0, 900), st.integers(0, 9), st.integers(0, 9))
def test_a_passage_comes_with_as_many_neighbours_as_there_are(
    reader: Reader, at: int, before: int, after: int
) -> None:
    """Those asked for on each side of the one that begins last at or before the character, and no others, in order."""
    reading = read_passages(reader, Spot(path="/folder/file", at=at, before=before, after=after))
    middle = min(at // 100, len(TEXTS) - 1)
    assert reading.first == max(0, middle - before)
    assert [chunk.text for chunk in reading.passages] == TEXTS[reading.first : middle + after + 1]
    assert reading.total == len(TEXTS)


def test_a_document_is_read_with_what_is_known_of_it(served: Served) -> None:
    """Type, title, the time of its last change, and each passage's place."""
    path = keep(served, "潮汐.md", *TEXTS)
    with served.agent() as agent:
        reading = agent.read_passages(str(path), at=250, before=1)
    assert (reading.file_type, reading.title) == (FileType.MARKDOWN, "A title")
    assert reading.modified_ns // 10**6 == path.stat().st_mtime_ns // 10**6
    assert [(chunk.text, chunk.start, chunk.heading, chunk.line) for chunk in reading.passages] == [
        ("passage 1", 100, "Top", 2),
        ("passage 2", 200, "Top", 3),
    ]
    assert reading.changed_reason == ""


def test_what_has_become_of_the_file_is_said(served: Served) -> None:
    """Changed, gone, or changed into something that cannot be read: the passages are those of before, and the answer says so."""
    path = keep(served, "a.md", *TEXTS)
    damaged = Refusal(verdict=Verdict.FAILED, reason="it is damaged")
    with served.agent() as agent:
        path.write_text("other", "utf-8")
        assert changed(agent, path) == "The file has changed since this was read."
        state = file_state(path.lstat())
        served.pipeline.call(
            lambda store: store.store_refusal(str(path), state, settled=True, refusal=damaged)
        ).result()
        assert changed(agent, path).endswith("and could not be read again: it is damaged.")
        path.unlink()
        assert changed(agent, path) == "The file is not there any more."
        path.parent.rmdir()
        assert changed(agent, path) == "The file is not there any more."


def test_only_what_is_indexed_is_read(served: Served, tmp_path: Path) -> None:
    """A file outside, one of which nothing is known, and one that is reached by a link: none of them is opened."""
    path = keep(served, "a.md", *TEXTS)
    (tmp_path / "secret.txt").write_text("secret")
    link = served.folder / "link.md"
    link.symlink_to(path)
    reasons = []
    with served.agent() as agent:
        for asked in (
            tmp_path / "secret.txt",
            served.folder / ".." / "secret.txt",
            path.parent / "b.md",
            link,
        ):
            with pytest.raises(RequestRefused, match=r"indexed\.$") as error:
                agent.read_passages(str(asked))
            reasons.append(error.value.reason)
        with pytest.raises(RequestRefused, match="At most 1000 passages"):
            agent.read_passages(str(path), before=1001)
    assert reasons == ["UNKNOWN_FOLDER", "UNKNOWN_FOLDER", "UNKNOWN_FILE", "UNKNOWN_FILE"]
