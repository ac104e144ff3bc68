"""Which folders somebody probably keeps documents in, for the first choice of them."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vectray_client.nesting import lies_in

_USER_DIRS: Final = "user-dirs.dirs"
"""Where Linux desktops note what a person's folders are called (xdg-user-dirs)."""
_LINE: Final = re.compile(r'^XDG_(DOCUMENTS|DESKTOP)_DIR="(\$HOME(?:/[^"]*)?|/[^"]*)"', re.MULTILINE)
_DOCUMENTS: Final = ("Documents", "文档", "文稿", "文件", "Notes", "笔记")
_DESKTOPS: Final = ("Desktop", "桌面")
"""Of folders in the home folder, where nothing is noted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A folder to choose."""

    path: str
    """The real one."""
    is_likely: bool
    """Documents are what it is there for."""


def suggested_folders(home: str, *, environment: Mapping[str, str]) -> Sequence[Suggestion]:
    """Return those that are there, the likeliest first; never the home folder itself, nor what it lies in, nor one in another."""
    noted = _noted(home, environment)
    found: list[Suggestion] = []
    for kind, names in (("DOCUMENTS", _DOCUMENTS), ("DESKTOP", _DESKTOPS)):
        for folder in (*noted.get(kind, ()), *(f"{home}{os.sep}{name}" for name in names)):
            path = os.path.realpath(folder)
            if _is_new(path, found) and not lies_in(os.path.realpath(home), path) and os.path.isdir(path):  # noqa: PTH112 - paths are strings here
                found.append(Suggestion(path=path, is_likely=kind == "DOCUMENTS"))
    return found


def _is_new(path: str, found: Sequence[Suggestion]) -> bool:
    return not any(lies_in(path, other.path) or lies_in(other.path, path) for other in found)


def _noted(home: str, environment: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    """The folders that the desktop has noted, by their kind."""
    folder = environment.get("XDG_CONFIG_HOME") or f"{home}{os.sep}.config"
    try:
        text = Path(folder, _USER_DIRS).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    lines = ((kind, re.sub(r"\\(.)", r"\1", path)) for kind, path in _LINE.findall(text) if "\0" not in path)
    return {
        kind: [path.replace("$HOME", home, 1) if path.startswith("$HOME") else path] for kind, path in lines
    }
