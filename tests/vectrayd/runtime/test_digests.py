import hashlib
import os
from pathlib import Path

import pytest

from vectrayd.runtime.digests import Digests
from vectrayd.runtime.remembered import Remembered


def test_a_file_is_read_once(tmp_path: Path) -> None:
    """The second digest is remembered, and any change of the file, even one that keeps size and time, is noticed."""
    digests = Digests(Remembered(tmp_path / "kept"), settled_seconds=0)
    file = tmp_path / "weights"
    file.write_bytes(b"one")
    before = file.stat()
    assert digests(file) == hashlib.sha256(b"one").hexdigest()
    (kept,) = (tmp_path / "kept").iterdir()
    kept.write_text(
        kept.read_text("utf-8").replace(hashlib.sha256(b"one").hexdigest(), "remembered"), "utf-8"
    )
    assert digests(file) == "remembered"
    file.write_bytes(b"two")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert digests(file) == hashlib.sha256(b"two").hexdigest()


def test_a_file_of_this_moment_is_not_trusted(tmp_path: Path) -> None:
    """What was just written may change again within the same tick of the clock, so nothing is remembered of it."""
    (tmp_path / "weights").write_bytes(b"one")
    assert Digests(Remembered(tmp_path / "kept"))(tmp_path / "weights") == hashlib.sha256(b"one").hexdigest()
    assert not (tmp_path / "kept").exists()


def test_a_missing_file_is_an_error(tmp_path: Path) -> None:
    """There is no digest of nothing."""
    with pytest.raises(FileNotFoundError):
        Digests(Remembered(tmp_path))(tmp_path / "weights")
