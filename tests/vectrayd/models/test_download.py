import urllib.error
from pathlib import Path

import pytest
from tests.vectrayd.models.hub_server import REVISION, HubServer, hub_server

from vectrayd.models.download import Corrupt, download
from vectrayd.models.hub import snapshot_of

WEIGHTS = bytes(range(256)) * 4000


def fetch(hub: HubServer, folder: Path, name: str = "model.safetensors") -> list[float]:
    """Download a file without pauses, and return how long they would have been."""
    pauses: list[float] = []
    (file,) = (file for file in snapshot_of(hub.listing()).files if file.path == name)
    address = f"{hub.endpoint}/{hub.repository}/resolve/{REVISION}/{name}"
    download(file, address, folder, token=hub.token, sleep=pauses.append)
    return pauses


def test_a_broken_connection_goes_on_where_it_broke(tmp_path: Path) -> None:
    """No byte is fetched twice, and the file is whole."""
    with hub_server({"model.safetensors": WEIGHTS}, cuts={"model.safetensors": [500_000, 300_000]}) as hub:
        assert fetch(hub, tmp_path) == []
        assert (tmp_path / "model.safetensors").read_bytes() == WEIGHTS
        assert [asked for _, asked in hub.requests] == ["", "bytes=500000-", "bytes=800000-"]
        fetch(hub, tmp_path)
        assert len(hub.requests) == 3, "a file that is there is not asked for again"


def test_large_files_lie_elsewhere(tmp_path: Path) -> None:
    """A redirection to another host takes the place to go on from along, and leaves the token behind."""
    with hub_server({"model.safetensors": WEIGHTS}, token="secret", redirects=True) as hub:
        (tmp_path / "model.safetensors.part").write_bytes(WEIGHTS[:1000])
        fetch(hub, tmp_path)
        assert hub.requests == [("model.safetensors", "bytes=1000-")]
        assert hub.tokens_elsewhere == [None]


def test_what_an_earlier_process_left_is_used(tmp_path: Path) -> None:
    """A partial file of the same content is completed; one of other content is begun anew."""
    with hub_server({"model.safetensors": WEIGHTS}) as hub:
        (tmp_path / "model.safetensors.part").write_bytes(WEIGHTS[:1000])
        fetch(hub, tmp_path)
        assert hub.requests[-1] == ("model.safetensors", "bytes=1000-")
        for leftover in (b"x" * 1000, WEIGHTS + b"x"):
            (tmp_path / "model.safetensors").unlink()
            (tmp_path / "model.safetensors.part").write_bytes(leftover)
            fetch(hub, tmp_path)
            assert (tmp_path / "model.safetensors").read_bytes() == WEIGHTS


def test_a_server_in_trouble_is_asked_again(tmp_path: Path) -> None:
    """With growing pauses, and not for ever."""
    with hub_server({"a.json": b"{}"}, statuses={"a.json": [503, 429]}) as hub:
        assert fetch(hub, tmp_path, "a.json") == [1, 2]
    with hub_server({"b.json": b"{}"}, statuses={"b.json": [500] * 9}) as hub, pytest.raises(ConnectionError):
        fetch(hub, tmp_path, "b.json")


def test_a_refusal_is_final(tmp_path: Path) -> None:
    """What will not change is not asked for again."""
    with (
        hub_server({"a.json": b"{}"}, statuses={"a.json": [403]}) as hub,
        pytest.raises(urllib.error.HTTPError),
    ):
        fetch(hub, tmp_path, "a.json")


@pytest.mark.parametrize("content", [b"{} ", b"w" * 1000])
def test_damaged_content_is_never_kept(tmp_path: Path, content: bytes) -> None:
    """Small files are known by git's digest, large ones by SHA-256."""
    with hub_server({"a.json": content}, garbled={"a.json"}) as hub, pytest.raises(Corrupt, match=r"a\.json"):
        fetch(hub, tmp_path, "a.json")
    assert not list(tmp_path.iterdir())


def test_an_empty_file_is_a_file(tmp_path: Path) -> None:
    """Nothing to fetch is no reason to ask for ever."""
    with hub_server({"empty.txt": b""}) as hub:
        fetch(hub, tmp_path, "empty.txt")
    assert (tmp_path / "empty.txt").read_bytes() == b""
