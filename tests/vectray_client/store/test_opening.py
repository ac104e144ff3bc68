import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import MODEL, document, index_path, put

from vectray_client.store.errors import IndexBusy, IndexMissing, IndexTooNew, NotAnIndex
from vectray_client.store.reading import open_reader
from vectray_client.store.store import open_store

HOLD = """
import sys
from pathlib import Path
from vectray_client.store.store import open_store
with open_store(Path(sys.argv[1])):
    print("open", flush=True)
    sys.stdin.read()
"""


def mode_of(path: Path) -> int:
    """The permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def test_only_the_owner_can_read_the_index(tmp_path: Path) -> None:
    """Everything in the index is somebody's private text."""
    path = index_path(tmp_path)
    with open_store(path) as store:
        store.set_model(MODEL)
        assert mode_of(path.parent) == 0o700
        files = {file.name: mode_of(file) for file in path.parent.iterdir() if file.suffix != ".pid"}
    assert files == {f"{path.name}{suffix}": 0o600 for suffix in ("", "-wal", "-shm", ".lock")}


def test_what_was_stored_is_there_after_reopening(tmp_path: Path) -> None:
    """Closing and opening changes nothing, and the format is made only once."""
    with open_store(index_path(tmp_path)) as store:
        store.set_model(MODEL)
        store.add_folder("/d")
        put(store, "/d/a", document("text"))
        expected = (store.model(), store.folders(), store.known_files("/d"), store.counts())
    with open_store(index_path(tmp_path)) as store:
        assert (store.model(), store.folders(), store.known_files("/d"), store.counts()) == expected


def test_commits_are_durable(tmp_path: Path) -> None:
    """The promises that nothing is lost or leaked rest on these settings."""
    with open_store(index_path(tmp_path)) as store:
        settings = {
            name: store._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "temp_store")
        }
    full, memory = 2, 2
    assert settings == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": memory,
    }


def test_a_second_writer_is_told_who_is_the_first(tmp_path: Path) -> None:
    """Two writers never meet, and the person learns which process to look for; readers are let in."""
    path = index_path(tmp_path)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(IndexBusy, match=f"process {holder.pid}") as caught, open_store(path):
            pass
        with open_reader(path) as reader:
            assert reader.folders() == ()
        assert caught.value.pid == holder.pid
        holder.communicate()
    with open_store(path) as store:
        assert store.folders() == ()


def test_a_second_writer_is_refused_within_one_process(tmp_path: Path) -> None:
    """The lock is held by the store, not by the process."""
    with (
        open_store(index_path(tmp_path)),
        pytest.raises(IndexBusy) as caught,
        open_store(index_path(tmp_path)),
    ):
        pass
    assert caught.value.pid == os.getpid()


def test_an_index_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    """An old program does not guess at a format that it does not know."""
    path = index_path(tmp_path)
    with open_store(path):
        pass
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = path.read_bytes()
    with pytest.raises(IndexTooNew, match="newer"), open_store(path):
        pass
    with pytest.raises(IndexTooNew, match="newer"), open_reader(path):
        pass
    assert path.read_bytes() == before


@pytest.mark.parametrize("kind", ["text", "foreign database"])
def test_a_file_of_another_program_is_left_alone(tmp_path: Path, kind: str) -> None:
    """A wrong path in a configuration costs nobody their data."""
    path = tmp_path / "theirs"
    if kind == "text":
        path.write_text("These are my memoirs. " * 100)
    else:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE memoirs (page)")
    before = path.read_bytes()
    with pytest.raises(NotAnIndex), open_store(path):
        pass
    with pytest.raises(NotAnIndex), open_reader(path):
        pass
    assert path.read_bytes() == before


def test_reading_makes_no_index(tmp_path: Path) -> None:
    """Who only asks leaves nothing behind."""
    with pytest.raises(IndexMissing), open_reader(index_path(tmp_path)):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_index_that_was_never_finished_is_none(tmp_path: Path) -> None:
    """A first start that was cut short leaves an empty file: there is nothing to read, and the next start goes on."""
    path = index_path(tmp_path)
    path.parent.mkdir()
    path.touch()
    with pytest.raises(IndexMissing), open_reader(path):
        pass
    with open_store(path) as store:
        assert store.folders() == ()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    """Only the holder of the lock changes anything."""
    path = index_path(tmp_path)
    with (
        open_store(path),
        open_reader(path) as reader,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        reader._connection.execute("DELETE FROM folders")
