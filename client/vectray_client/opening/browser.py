"""How the page's address gets to the browser, whose command line every user of this machine can read."""

import html
import os
import shutil
import webbrowser
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from vectray.places import make_private
from vectray_client.domain import Fault
from vectray_client.opening.starting import answer_of

_CONFINED: Final = (
    Path("/var/lib/snapd/desktop/applications"),
    Path("/var/lib/flatpak/exports/share/applications"),
    Path("~/.local/share/flatpak/exports/share/applications"),
)
"""Where the desktop entries of programs stand that see neither hidden folders nor those of the session."""
_CONFINED_PARTS: Final = frozenset({"snap", "flatpak"})
_DOORSTEP = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}">
<title>Vectray</title>
</head>
<body><p><a href="{address}">Vectray</a></p></body>
</html>
"""


class NoBrowser(Fault):
    """No browser can be opened from here."""


def open_in_browser(url: str, *, doorstep: Path) -> None:
    """Open an address that is good once in the person's browser.

    It is written into the file `doorstep`, which nobody else can read and which leads on to it, and only that file's name stands on a command
    line; but for browsers that cannot read it, which get the address: whoever snatches its code first makes the page say so.

    Raises:
        NoBrowser: there is none.
        OSError: the file cannot be written.

    """
    address = url if _is_confined() else write_doorstep(url, doorstep).as_uri()
    if not webbrowser.open(address):
        raise NoBrowser("No browser could be opened here: `vectray web --print` gives the address.")


def write_doorstep(url: str, file: Path) -> Path:
    """Write a file that leads a browser on to `url`, for this user alone; return its path."""
    make_private(file.parent)
    draft = file.with_suffix(f".{os.getpid()}")
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(number, "w", encoding="utf-8") as stream:
        stream.write(_DOORSTEP.format(address=html.escape(url)))
    return draft.replace(file)


def is_confined(entry: str, command: str, *, folders: Iterable[Path] = _CONFINED) -> bool:
    """Whether a browser is kept from most files, by its desktop entry (`firefox_firefox.desktop`) or the real path of its command."""
    if not _CONFINED_PARTS.isdisjoint(Path(command).parts):
        return True
    return bool(entry) and any((folder.expanduser() / entry).exists() for folder in folders)


def _is_confined() -> bool:
    try:
        command = shutil.which(webbrowser.get().name) or ""
    except webbrowser.Error:
        return False  # there is none, which is said in a moment
    entry = answer_of(["xdg-settings", "get", "default-web-browser"]) or ""
    return is_confined(entry, os.path.realpath(command) if command else "")
