"""Opens what stands at a path as the desktop does when somebody clicks on it."""

import os
import sys
from typing import Final

from vectray_client.opening.starting import NotStarted, start

_XDG_NO_PROGRAM: Final = 3
"""The status of `xdg-open` where no program is known for a file, by its manual."""


def open_as_desktop_does(path: str) -> None:
    """Open a file or a folder.

    Raises:
        NotStarted: nothing opens it.

    """
    if sys.platform == "win32":
        os.startfile(path)  # noqa: S606 - what Windows has for this
        return
    try:
        start(["open" if sys.platform == "darwin" else "xdg-open", path])
    except NotStarted as failure:
        if failure.status == _XDG_NO_PROGRAM:
            raise NotStarted(f"No program on this machine opens {path}.", status=failure.status) from None
        raise
