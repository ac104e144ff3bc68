from pathlib import Path

import pytest
from tests.vectray_client.opening.desktop import Desktop

from vectray_client.opening.files import open_file
from vectray_client.opening.places import NOWHERE, Place
from vectray_client.opening.standing import NotThere
from vectray_client.opening.starting import NotStarted


def test_the_persons_own_command_is_started(desktop: Desktop, file: Path) -> None:
    """At the line, with the path as one word."""
    desktop.install("my-editor")
    assert open_file(str(file), Place(line=12), open_with=["my-editor -g {path}:{line}"]) == ""
    assert desktop.wait_started("my-editor") == ["-g", f"{file}:12"]


def test_without_one_the_program_for_such_files_is_told_the_place(desktop: Desktop, file: Path) -> None:
    """The desktop knows what opens them, and we know how to tell that program a page."""
    desktop.install("xdg-mime", prints="org.gnome.Evince.desktop")
    desktop.install("evince")
    assert open_file(str(file), Place(page=3)) == ""
    assert desktop.wait_started("evince") == ["--page-index=3", str(file)]


@pytest.mark.parametrize("place", [NOWHERE, Place(page=3)])
def test_otherwise_the_desktop_opens_it(desktop: Desktop, file: Path, place: Place) -> None:
    """Nothing known of the place, or of the program."""
    desktop.install("xdg-mime", prints="org.example.Reader.desktop")
    desktop.install("xdg-open")
    assert open_file(str(file), place, open_with=["my-editor {path}:{line}"]) == ""
    assert desktop.wait_started("xdg-open") == [str(file)]


def test_a_program_that_stays_is_left_alone(desktop: Desktop, file: Path) -> None:
    """A viewer shows the file for as long as the person reads; nobody waits for its end."""
    desktop.install("viewer", stays=True)
    assert open_file(str(file), open_with=["viewer {path}"]) == ""
    assert desktop.wait_started("viewer") == [str(file)]  # which ends it


def test_what_might_run_is_shown_and_said_not_to_be_opened(desktop: Desktop, tmp_path: Path) -> None:
    """A name in a list of results must not be a way to start programs."""
    desktop.install("xdg-open")
    file = tmp_path / "发票.desktop"
    file.write_text("[Desktop Entry]\nExec=reboot")
    assert "could run as a program" in open_file(str(file))
    assert desktop.wait_started("xdg-open") == [str(tmp_path)]


def test_an_editor_of_the_persons_own_may_have_what_might_run(desktop: Desktop, tmp_path: Path) -> None:
    """It reads a script where a desktop would run it."""
    desktop.install("my-editor")
    file = tmp_path / "a.py"
    file.write_text("#!/usr/bin/python3")
    assert open_file(str(file), Place(line=1), open_with=["my-editor {path}:{line}"]) == ""
    assert desktop.wait_started("my-editor") == [f"{file}:1"]


def test_a_file_that_changed_is_opened_with_a_word_about_it(desktop: Desktop, file: Path) -> None:
    """The line may be another now."""
    desktop.install("my-editor")
    warning = open_file(str(file), Place(line=1), open_with=["my-editor {path}"], modified_ns=1)
    assert warning == f"{file.name} has changed since it was indexed, so the place may be another."
    assert desktop.wait_started("my-editor") == [str(file)]


def test_a_file_that_is_gone_is_not_opened(desktop: Desktop, file: Path) -> None:
    """An editor would begin a new file in its place."""
    desktop.install("my-editor")
    file.unlink()
    with pytest.raises(NotThere, match="is not there any more"):
        open_file(str(file), open_with=["my-editor {path}"])
    assert not desktop.was_started("my-editor")


def test_where_nothing_opens_it_that_is_said(desktop: Desktop, file: Path) -> None:
    """`xdg-open` ends with 3 where no program is known for a file; where it is missing itself, there is no desktop."""
    with pytest.raises(NotStarted, match="xdg-open cannot be started"):
        open_file(str(file))
    desktop.install("xdg-open", status=3)
    with pytest.raises(NotStarted, match="No program on this machine opens"):
        open_file(str(file))
    desktop.install("my-editor", status=1)
    with pytest.raises(NotStarted, match="my-editor ended at once with status 1"):
        open_file(str(file), open_with=["my-editor {path}"])
