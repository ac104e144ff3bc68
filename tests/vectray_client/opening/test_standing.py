import os
from pathlib import Path

import pytest

from vectray_client.opening.standing import NotThere, check_there, has_changed


def test_a_change_is_told_by_its_time(tmp_path: Path) -> None:
    """What comes over the wire is known to the millisecond."""
    file = tmp_path / "a.md"
    file.write_text("x")
    now_ns = file.stat().st_mtime_ns
    assert not has_changed(str(file), since_ns=now_ns // 1_000_000 * 1_000_000)
    assert not has_changed(str(file), since_ns=None)
    os.utime(file, ns=(now_ns, now_ns + 2_000_000))
    assert has_changed(str(file), since_ns=now_ns)


def test_what_is_gone_or_no_file_any_more_is_refused(tmp_path: Path) -> None:
    """A link might lead anywhere, and a pipe would hold up whoever reads it."""
    (tmp_path / "link").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe")
    for name, words in (
        ("none", "is not there"),
        ("link", "no ordinary"),
        ("pipe", "no ordinary"),
        (".", "no ordinary"),
    ):
        with pytest.raises(NotThere, match=words):
            check_there(str(tmp_path / name))
