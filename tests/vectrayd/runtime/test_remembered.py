from pathlib import Path

from vectrayd.runtime.remembered import Remembered


def test_what_is_kept_is_found_under_its_key(tmp_path: Path) -> None:
    """What was written under a key is read under it, and under no other."""
    Remembered(tmp_path / "new").write("model a", {"way": "plain"})
    assert Remembered(tmp_path / "new").read("model a") == {"way": "plain"}
    assert Remembered(tmp_path / "new").read("model b") == {}


def test_damage_is_like_nothing(tmp_path: Path) -> None:
    """A file that holds something else is read as if it were not there."""
    remembered = Remembered(tmp_path)
    remembered.write("model", {"way": "plain"})
    (file,) = tmp_path.iterdir()
    for damage in (b"", b"[]", b"\x00", b"\xff{}"):
        file.write_bytes(damage)
        assert remembered.read("model") == {}


def test_a_disk_that_takes_nothing_is_no_obstacle(tmp_path: Path) -> None:
    """Remembering is a favour, not a duty."""
    (tmp_path / "file").touch()
    remembered = Remembered(tmp_path / "file")
    remembered.write("model", {"way": "plain"})
    assert remembered.read("model") == {}
