"""Whether the program that somebody uses fills the whole screen. Nobody is asked for longer than a moment; where nobody tells, it is not known."""

import os
import sys
import threading
from collections.abc import Callable
from typing import Any

_PATIENCE_SECONDS = 0.3
"""For a display that answers in milliseconds; one at the other end of a line that broke never does."""
_BUSY_STATES = (2, 3, 4)
"""QUNS_BUSY, QUNS_RUNNING_D3D_FULL_SCREEN and QUNS_PRESENTATION_MODE of shellapi.h."""


class Screen:
    """Asks the desktop, on a connection that is closed again each time: one that is kept would wake this process with whatever happens there."""

    def __init__(self) -> None:
        self._asking: threading.Thread | None = None

    def is_filled(self) -> bool | None:
        """Return whether the active window fills the screen; None if nobody tells, or not in time. Raises nothing."""
        ask = _asker()
        if ask is None or (self._asking and self._asking.is_alive()):
            return None
        told: list[bool | None] = []
        self._asking = threading.Thread(target=lambda: told.append(_asked(ask)), name="screen", daemon=True)
        self._asking.start()
        self._asking.join(_PATIENCE_SECONDS)
        return told[0] if told else None


def _asker() -> Callable[[], bool | None] | None:
    """Who can be asked on this system. Written, not measured, for Windows; macOS tells only programs that may record the screen."""
    if sys.platform == "win32":
        return _by_shell
    if sys.platform == "darwin":
        return None
    return _by_display if os.environ.get("DISPLAY") else None


def _asked(ask: Callable[[], bool | None]) -> bool | None:
    try:
        return ask()
    except Exception:  # noqa: BLE001 - whatever a desktop does not tell is not known, and holds nobody up
        return None


def _by_display() -> bool | None:
    """Whether the active window of the X display is in full screen, as window managers tell it (EWMH). Others than X's own are not seen."""
    # An extra, and 50 ms that only agents on a desktop spend.
    from Xlib.display import Display  # type: ignore[import-untyped, unused-ignore] # noqa: PLC0415 - as above

    display = Display()
    try:
        root = display.screen().root
        active = _numbers(display, root, "_NET_ACTIVE_WINDOW")
        if not (active and active[0]):
            return None
        window = display.create_resource_object("window", active[0])
        return display.get_atom("_NET_WM_STATE_FULLSCREEN") in _numbers(display, window, "_NET_WM_STATE")
    finally:
        display.close()


def _numbers(display: Any, window: Any, name: str) -> list[int]:  # noqa: ANN401 - Xlib tells no types
    found = window.get_full_property(display.get_atom(name), 0)
    return list(found.value) if found else []


def _by_shell() -> bool | None:
    """Whether Windows would hold notifications back because the screen is somebody's own."""
    import ctypes  # noqa: PLC0415 - only here

    state = ctypes.c_int()
    shell: Any = ctypes.WinDLL("shell32")  # type: ignore[attr-defined, unused-ignore] # only on Windows
    failed: int = shell.SHQueryUserNotificationState(ctypes.byref(state))
    return None if failed else state.value in _BUSY_STATES
