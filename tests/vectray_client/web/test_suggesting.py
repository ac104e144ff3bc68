from pathlib import Path

from vectray_client.web.suggesting import suggested_folders


def suggested(home: Path, **environment: str) -> list[tuple[str, bool]]:
    """Names below the home folder, and whether they are likely."""
    return [
        (str(Path(found.path).relative_to(home)), found.is_likely)
        for found in suggested_folders(str(home), environment=environment)
    ]


def make(home: Path, *names: str) -> None:
    """Make folders."""
    for name in names:
        (home / name).mkdir(parents=True)


def test_folders_that_are_there_are_suggested(tmp_path: Path) -> None:
    """By their usual names, in two languages; the desktop is not chosen for anybody, and the home folder is never suggested."""
    make(tmp_path, "Desktop", "文档", "Notes", "Music")
    (tmp_path / "Documents").touch()
    assert suggested(tmp_path) == [("文档", True), ("Notes", True), ("Desktop", False)]


def test_what_the_desktop_has_noted_counts(tmp_path: Path) -> None:
    """Wherever its own settings lie; what it notes as the home folder itself means that there is none."""
    make(tmp_path, "Papers", "config", ".config", "Documents")
    noted = '# made by a desktop\nXDG_DESKTOP_DIR="$HOME/"\nXDG_DOCUMENTS_DIR="$HOME/Papers"\nXDG_MUSIC_DIR="/music"\n'
    (tmp_path / "config" / "user-dirs.dirs").write_text(noted, "utf-8")
    assert suggested(tmp_path) == [("Documents", True)]
    assert suggested(tmp_path, XDG_CONFIG_HOME=str(tmp_path / "config")) == [
        ("Papers", True),
        ("Documents", True),
    ]
    (tmp_path / ".config" / "user-dirs.dirs").write_bytes(b"XDG_DOCUMENTS_DIR=\xff")
    assert suggested(tmp_path) == [("Documents", True)]


def test_no_folder_is_suggested_twice(tmp_path: Path) -> None:
    """Links are followed, and what lies in another that is suggested is not suggested itself."""
    make(tmp_path, "Documents/notes")
    (tmp_path / "Notes").symlink_to(tmp_path / "Documents" / "notes")
    (tmp_path / "文档").symlink_to(tmp_path / "Documents")
    (tmp_path / "Desktop").symlink_to(tmp_path)
    assert suggested(tmp_path) == [("Documents", True)]
