import os
import stat
import threading
from pathlib import Path

import pytest

from vectray_client.cli.output_file import BadOutput, OutputFile, output_file, write


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    """As if any program had written it."""
    ordinary = tmp_path / "ordinary"
    ordinary.touch()
    write(output_file(str(tmp_path / "new")), b"data")
    assert (tmp_path / "new").read_bytes() == b"data"
    assert (tmp_path / "new").stat().st_mode == ordinary.stat().st_mode
    assert {path.name for path in tmp_path.iterdir()} == {"new", "ordinary"}


@pytest.mark.parametrize("there", [True, False])
def test_a_link_stays_a_link(tmp_path: Path, *, there: bool) -> None:
    """What it leads to is written, with the permissions it had."""
    (tmp_path / "far").mkdir()
    target = tmp_path / "far" / "target"
    if there:
        target.write_bytes(b"old")
        target.chmod(0o600)
    (tmp_path / "link").symlink_to("far/target")
    write(output_file(str(tmp_path / "link")), b"new")
    assert (tmp_path / "link").is_symlink()
    assert target.read_bytes() == b"new"
    assert not there or stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_pipe_is_written_into(tmp_path: Path) -> None:
    """It is still a pipe afterwards, and its reader has everything."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write(output_file(str(pipe)), b"x" * 200_000)
    reader.join()
    assert got == [b"x" * 200_000]
    assert pipe.is_fifo()


def test_a_device_is_written_into() -> None:
    """Nobody wants /dev/null to become a file."""
    write(output_file(os.devnull), b"data")
    assert Path(os.devnull).is_char_device()


def test_what_cannot_be_written_is_known_before(tmp_path: Path) -> None:
    """A directory, a missing one, a loop of links and nothing at all are refused without a trace."""
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("missing/x")
    (tmp_path / "file").touch()
    for name in (".", "missing/x", "dangling", "loop", "file/x"):
        with pytest.raises(BadOutput):
            output_file(str(tmp_path / name))
    with pytest.raises(BadOutput):
        output_file("")
    assert {path.name for path in tmp_path.iterdir()} == {"loop", "dangling", "file"}


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    """No half of a file and no leftovers."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "in the way").touch()
    with pytest.raises(OSError, match="directory"):
        write(OutputFile(path=tmp_path / "full", mode=None, is_stream=False), b"data")
    assert {path.name for path in tmp_path.rglob("*")} == {"full", "in the way"}
