"""Before a folder is added, and after: the commands that tell what is in it and what changed last."""

import os
from pathlib import Path

import pytest
from tests.end_to_end.conftest import User

pytestmark = pytest.mark.timeout(120)


def documents(tmp_path: Path) -> Path:
    """A folder with something to read, something to skip, and a folder inside."""
    folder = tmp_path / "文档 documents"
    (folder / "里面").mkdir(parents=True)
    (folder / "会议.md").write_text("今天的会议讨论了检索的质量。" * 40, "utf-8")
    (folder / "里面" / "notes.txt").write_text("Tides rise.", "utf-8")
    (folder / "picture.png").touch()
    return folder


def test_a_folder_is_looked_through_before_anything_is_there(newcomer: User, tmp_path: Path) -> None:
    """Without an agent, a daemon or an index, and none of them is there afterwards."""
    folder = documents(tmp_path)
    told = newcomer.json("survey", str(folder))
    assert told == {
        "path": str(folder),
        "files": 2,
        "bytes": 13 * 3 * 40 + 40 * 3 + 11,
        "skipped": [
            {
                "reason": "Files of its type are not read yet.",
                "files": 1,
                "example": str(folder / "picture.png"),
            }
        ],
        "seconds": 0.0,
        "han_share": pytest.approx(520 / 529),
        "model": "",
        "notes": [],
    }
    assert not newcomer.home.exists()


@pytest.mark.slow
def test_what_cannot_be_added_is_not_looked_through(newcomer: User, tmp_path: Path) -> None:
    """In the words of `vectray folders add`; nothing goes to stdout."""
    (tmp_path / "file.md").touch()
    said = [
        newcomer.vectray(*words, str(tmp_path / "file.md")) for words in (("survey",), ("folders", "add"))
    ]
    assert [done.returncode for done in said] == [2, 2]
    assert said[0].stdout == ""
    assert said[0].stderr == said[1].stderr


@pytest.mark.slow
def test_who_adds_a_folder_is_told_what_to_know(newcomer: User, tmp_path: Path) -> None:
    """That it lies in one that is indexed, or holds one."""
    folder = documents(tmp_path)
    inner = folder / "里面"
    newcomer.vectray("folders", "add", str(inner))
    outer = newcomer.vectray("folders", "add", str(folder))
    note = f"vectray: {inner} in it is indexed already, and stays a folder of its own."
    assert note in outer.stderr.splitlines()
    again = newcomer.vectray("folders", "add", str(inner))
    assert "vectray: It is indexed already." in again.stderr.splitlines()
    shown = newcomer.vectray("survey", str(folder))
    first, share, *skipped, indexed, holds = shown.stdout.splitlines()
    assert first == "1 file, 1.7 kB, would be indexed"
    assert (indexed, holds) == ("note: It is indexed already.", note.replace("vectray", "note"))
    assert share == "100% of the letters in a sample of its texts are Chinese"
    assert sorted(skipped) == [
        f"left out: 1 such as {folder / 'picture.png'}: Files of its type are not read yet.",
        f"left out: 1 such as {inner}: It is an indexed folder of its own.",
    ]


@pytest.mark.slow
@pytest.mark.model
def test_what_was_changed_last_is_told(everybody: User, tmp_path: Path) -> None:
    """By the index alone; the daemon that runs tells the model and the time of what is not there yet."""
    folder = documents(tmp_path)
    os.utime(folder / "会议.md", ns=(0, 1_700_000_000_123_456_789))
    everybody.json("index", str(folder))
    first, *others = everybody.json("recent", "-n", "1000")["documents"]
    assert Path(first["path"]).name == "notes.txt"
    assert {
        "path": str(folder / "会议.md"),
        "title": "",
        "type": "markdown",
        "modified_unix_ms": 1_700_000_000_123,
    } in others
    assert everybody.vectray("recent", "-n", "1").stdout.strip().endswith("notes.txt")
    told = everybody.json("survey", str(documents(tmp_path / "new")))
    assert (told["files"], told["model"], told["seconds"] > 0) == (2, "all-MiniLM-L6-v2", True)
    assert told["notes"] == ["Much of it is in Chinese, which the model all-MiniLM-L6-v2 does not know."]
    everybody.vectray("folders", "remove", str(folder))
