"""Opens a file at a place: by the person's own command, else in the program that they open such files with, else as the desktop does it."""

import os
import sys
from collections.abc import Sequence

from vectray_client.opening.desktop_default import open_as_desktop_does
from vectray_client.opening.file_manager import reveal
from vectray_client.opening.places import NOWHERE, Place
from vectray_client.opening.programs import templates_of
from vectray_client.opening.runnable import is_runnable
from vectray_client.opening.standing import NotThere, has_changed
from vectray_client.opening.starting import answer_of, start
from vectray_client.opening.templates import filled


def open_file(
    path: str, place: Place = NOWHERE, *, open_with: Sequence[str] = (), modified_ns: int | None = None
) -> str:
    """Open a file, given by its absolute path, and return what the person should know of it, in one sentence; empty if nothing.

    `open_with` are templates of commands (see `templates`), of which the first is taken that says no more than is known of the place.
    `modified_ns` is the time of change that was indexed (Unix time): the place is of the file as it was then. What a desktop might run is never
    given to it, but shown in the file manager.

    Raises:
        NotThere: the file is gone.
        NotStarted: nothing opens it.

    """
    is_other = has_changed(path, since_ns=modified_ns)
    command = filled(open_with, path, place) or _command_of_default(path, place)
    if command:
        start(command)
    elif _might_run(path):
        reveal(path)
        return (
            f"{_name(path)} could run as a program, so it was shown in the file manager and not opened;"
            " `open_with` in config.toml can name an editor for it."
        )
    else:
        open_as_desktop_does(path)
    return f"{_name(path)} has changed since it was indexed, so the place may be another." if is_other else ""


def _command_of_default(path: str, place: Place) -> Sequence[str] | None:
    """The command of the program that opens such files here, if that program can be told the place."""
    if place == NOWHERE or sys.platform in ("darwin", "win32"):
        return None
    kind = answer_of(["xdg-mime", "query", "filetype", path])
    entry = answer_of(["xdg-mime", "query", "default", kind]) if kind else None
    return filled(templates_of(entry), path, place) if entry else None


def _might_run(path: str) -> bool:
    try:
        return is_runnable(path)
    except OSError as error:
        raise NotThere(f"{path} cannot be read: {error.strerror}.") from None


def _name(path: str) -> str:
    return os.path.basename(path)  # noqa: PTH119 - paths are strings here
