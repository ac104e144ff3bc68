"""Which folders somebody probably keeps documents in, for the first choice of them."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from vectray_client.nesting import lies_in

_USER_DIRS: Final = "user-dirs.dirs"
"""Where Linux desktops note what a person's folders are called (xdg-user-dirs)."""
_LINE: Final = re.compile(r'^XDG_(DOCUMENTS|DESKTOP)_DIR="(\$HOME(?:/[^"]*)?|/[^"]*)"', re.MULTILINE)
_NAMES: Final = ("Documents", "文档", "文稿", "文件", "Notes", "笔记", "Desktop", "桌面")
"""Of folders in the home folder, where nothing is noted."""


def suggested_folders(home: str, *, environment: Mapping[str, str]) -> Sequence[str]:
    """Return the real paths of those that are there, the likeliest first; never the home folder itself, nor what it lies in, nor one in another."""
    found: list[str] = []
    for folder in (*_noted(home, environment), *(f"{home}{os.sep}{name}" for name in _NAMES)):
        real = os.path.realpath(folder)
        is_new = not any(lies_in(real, other) or lies_in(other, real) for other in found)
        if is_new and not lies_in(os.path.realpath(home), real) and os.path.isdir(real):  # noqa: PTH112 - paths are strings here
            found.append(real)
    return found


def _noted(home: str, environment: Mapping[str, str]) -> Iterator[str]:
    folder = environment.get("XDG_CONFIG_HOME") or f"{home}{os.sep}.config"
    try:
        text = Path(folder, _USER_DIRS).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return
    noted = {kind: path for kind, path in _LINE.findall(text) if "\0" not in path}
    for kind in ("DOCUMENTS", "DESKTOP"):
        if kind in noted:
            yield re.sub(r"\\(.)", r"\1", noted[kind]).replace("$HOME", home, 1)
