import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import MODEL, document, found_texts, index_path, put

from vectray_client.filesystems import FileSystem
from vectray_client.store.errors import DiskFault, IndexOnNetwork
from vectray_client.store.opening import check_local
from vectray_client.store.store import open_store

# A file cannot grow beyond so many bytes: what the disk says then is what it says when it is full.
FILL = """
import resource, sys
from pathlib import Path
from tests.vectray_client.store.documents import document, found_texts, put
from vectray_client.store.errors import DiskFault
from vectray_client.store.store import open_store

with open_store(Path(sys.argv[1])) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))
    stored = 0
    try:
        while True:
            put(store, f"/d/{stored}", document(*(f"number{stored} part {n} " + "x " * 500 for n in range(5))))
            stored += 1
    except DiskFault as fault:
        print(stored, fault)
    assert len(found_texts(store, "number0")) == 5
"""


def test_a_full_disk_is_told_in_a_sentence_and_costs_nothing(tmp_path: Path) -> None:
    """The document that does not fit is not there; all before it are, then and after there is room again."""
    path = index_path(tmp_path)
    with open_store(path) as store:
        store.set_model(MODEL)
        store.add_folder("/d")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, "."])}
    done = subprocess.run(
        [sys.executable, "-c", FILL, path], env=environment, check=True, capture_output=True, text=True
    )
    stored, sentence = done.stdout.split(maxsplit=1)
    assert sentence.startswith("The index cannot be written or read now: ")
    with open_store(path) as store:
        assert store._connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert {f"/d/{number}" for number in range(int(stored))} <= set(store.known_files("/d"))
        put(store, "/d/new", document("new"))
        assert found_texts(store, "new") == ["new"]


@pytest.mark.parametrize("place", ["a file", "/proc"])
def test_a_place_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path, place: str) -> None:
    """Where nothing can be made, the person is told so, and nothing else happens."""
    (tmp_path / "a file").touch()
    with pytest.raises(DiskFault, match="cannot be written"), open_store(index_path(tmp_path / place)):
        pass


def test_an_index_does_not_live_on_a_network_drive() -> None:
    """Where locks do not hold two writers would meet, and nobody would notice."""
    check_local(Path("/data/index.sqlite"), FileSystem(name="ext4", fsid=1))
    with pytest.raises(IndexOnNetwork, match=r"/data/index.sqlite.*nfs4.*VECTRAY_HOME"):
        check_local(Path("/data/index.sqlite"), FileSystem(name="nfs4", fsid=1))
