"""pystray's way to draw on Windows. Written after its code and Microsoft's documentation, and not tried on Windows."""

import sys
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, Final

from vectray_client.desktop.backends.by_pystray.toolkit import Toolkit, Work, load
from vectray_client.desktop.pictures import Panel, png_file

_SIZE_PIXELS: Final = 64
_LONGEST_TOOLTIP: Final = 127
"""szTip of NOTIFYICONDATAW holds 128 characters, the last one zero."""
_POSTED: Final = 0x8000 + 1
"""A message of our own: WM_APP and up are a program's."""
_RIGHT_BUTTON_UP: Final = 0x0205
_THEME_KEY: Final = r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
_THEME_VALUE: Final = "SystemUsesLightTheme"


def win32() -> Toolkit:
    """Windows.

    Raises:
        NotHere: this is not Windows.

    """
    icon_type = type("Icon", (_MenuOnDemand, load("win32").Icon), {})
    return Toolkit(
        name="Windows",
        make_icon=icon_type,
        post=lambda icon, work: icon.post(work),
        load_picture=_loaded,
        escape=lambda label: label.replace("&", "&&"),
        longest_tooltip=_LONGEST_TOOLTIP,
    )


def taskbar() -> Panel:
    """What Windows' taskbar is like: light, where nothing is said about it."""
    if sys.platform != "win32":
        return Panel.LIGHT
    import winreg  # noqa: PLC0415 - there only on Windows

    try:
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, _THEME_KEY) as key:
            is_light = winreg.QueryValueEx(key, _THEME_VALUE)[0] != 0
    except OSError:
        is_light = True
    return Panel.LIGHT if is_light else Panel.DARK


def _loaded(name: str, panel: Panel | None) -> object:
    from PIL import Image  # noqa: PLC0415 - other ways to draw need no Pillow

    file = png_file(name, panel=panel or taskbar(), size_pixels=_SIZE_PIXELS)
    return Image.open(file).convert("RGBA")


class _MenuOnDemand:
    """Builds the menu when it is opened: one that is open is not taken away because it has changed."""

    _message_handlers: dict[int, Callable[[int, int], object]]
    _hwnd: Any

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        self._posted: SimpleQueue[Work] = SimpleQueue()
        self._menu_handle = None
        self._message_handlers[_POSTED] = self._on_posted

    def post(self, work: Work) -> None:
        """Have something done in the loop."""
        from pystray._util import win32 as calls  # noqa: PLC0415

        self._posted.put(work)
        calls.PostMessage(self._hwnd, _POSTED, 0, 0)

    def _on_posted(self, *_: int) -> None:
        while True:
            try:
                work = self._posted.get_nowait()
            except Empty:
                return
            work()

    def _update_menu(self) -> None:
        """Wait until somebody opens it."""

    def _on_notify(self, wparam: int, lparam: int) -> None:
        if lparam == _RIGHT_BUTTON_UP:
            super()._update_menu()  # type: ignore[misc]
        super()._on_notify(wparam, lparam)  # type: ignore[misc]
