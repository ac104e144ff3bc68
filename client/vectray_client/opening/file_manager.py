"""Shows a file in the file manager.

Linux: the D-Bus interface org.freedesktop.FileManager1 that file managers share; where none answers, the folder is opened. macOS: `open -R`.
Windows: `explorer /select,`. The last two follow their vendors' documentation and have not been tried.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from vectray_client.opening.desktop_default import open_as_desktop_does
from vectray_client.opening.standing import NotThere, check_there
from vectray_client.opening.starting import NotStarted, answer_of, start

_NAME: Final = "org.freedesktop.FileManager1"
_OBJECT: Final = "/org/freedesktop/FileManager1"
_EXPLORER_DONE: Final = 1
"""The status with which Explorer ends when all is well."""


def reveal(path: str) -> None:
    """Show a file among those of its folder, chosen if the file manager can do that.

    Raises:
        NotThere: nothing stands at the path.
        NotStarted: there is no file manager.

    """
    check_there(path)
    if sys.platform == "darwin":
        start(["open", "-R", path])
    elif sys.platform == "win32":
        _explore(path)
    elif not any(answer_of(call) is not None for call in show_items_calls(path)):
        open_as_desktop_does(os.path.dirname(path))  # noqa: PTH120 - paths are strings here


def open_folder(path: str) -> None:
    """Show what is in a folder.

    Raises:
        NotThere: there is no folder at the path.
        NotStarted: there is no file manager.

    """
    if not os.path.isdir(path):  # noqa: PTH112 - paths are strings here
        raise NotThere(f"{path} is no folder, or is out of reach.")
    open_as_desktop_does(path)


def show_items_calls(path: str) -> Sequence[Sequence[str]]:
    """Return commands each of which asks the file manager to show a file, for systems that have the one or the other. Pure.

    In a file's URI no quote and no comma is left that would mean something to them.
    """
    uri = Path(path).as_uri()
    return (
        (
            "dbus-send",
            "--session",
            "--print-reply",
            "--reply-timeout=3000",
            f"--dest={_NAME}",
            _OBJECT,
            f"{_NAME}.ShowItems",
            f"array:string:{uri}",
            "string:",
        ),
        (
            "gdbus",
            "call",
            "--session",
            "--timeout=3",
            f"--dest={_NAME}",
            f"--object-path={_OBJECT}",
            f"--method={_NAME}.ShowItems",
            f"['{uri}']",
            "",
        ),
    )


def _explore(path: str) -> None:
    try:
        start(["explorer", f"/select,{path}"])
    except NotStarted as failure:
        if failure.status != _EXPLORER_DONE:
            raise
