"""What each of pystray's ways to draw has of its own, and how it is loaded."""

import importlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from vectray_client.desktop.pictures import Panel
from vectray_client.domain import Fault

PystrayIcon = Any
"""pystray.Icon, which has no annotations."""
Work = Callable[[], None]

_CHOICE: Final = "PYSTRAY_BACKEND"
_ANYWHERE: Final = "dummy"


class NotHere(Fault):
    """This way of drawing does not work on this desktop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Toolkit:
    """A way to draw."""

    name: str
    """As people may be told."""
    make_icon: Callable[..., PystrayIcon]
    """Takes what pystray.Icon takes."""
    post: Callable[[PystrayIcon, Work], None]
    """Has something done in the thread that draws; from any thread, once the icon runs."""
    load_picture: Callable[[str, Panel | None], object]
    """Gives what the icon is set to: of the name of a picture, and of what a person said about the panel, None for nothing."""
    escape: Callable[[str], str] = str
    """Of labels: what is done so that no character means a shortcut."""
    longest_tooltip: int = 1000
    """Characters."""


def load(backend: str) -> ModuleType:
    """Import one of pystray's ways to draw, without pystray trying the others.

    Raises:
        NotHere: it does not work here; the sentence says why.

    """
    before = os.environ.get(_CHOICE)
    os.environ[_CHOICE] = _ANYWHERE
    try:
        importlib.import_module("pystray")
        return importlib.import_module(f"pystray._{backend}")
    except Exception as failure:  # each way fails with errors of its own: no screen, no GTK, no typelib
        raise NotHere(f"It cannot be loaded here: {_one_line(failure)}.") from failure
    finally:
        del os.environ[_CHOICE]
        if before is not None:
            os.environ[_CHOICE] = before


def base() -> ModuleType:
    """Import what all of pystray's ways to draw share: its menus."""
    load(_ANYWHERE)
    return importlib.import_module("pystray._base")


def _one_line(failure: Exception) -> str:
    return " ".join(str(failure).split()).rstrip(".") or type(failure).__name__
