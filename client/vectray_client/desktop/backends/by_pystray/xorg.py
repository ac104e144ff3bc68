"""pystray's way to draw with X11 alone: an icon that can be clicked, without a menu.

pystray 0.19.5 never asks for clicks (its window's event mask), looks for a tray once, and waits for ever for whoever draws from
another thread after its loop has ended. So the loop is our own here; how a tray is found and a picture drawn is pystray's.
"""

import os
import select
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from vectray_client.desktop.backends.by_pystray.toolkit import PystrayIcon, Toolkit, Work, load
from vectray_client.desktop.pictures import Panel, png_file

if TYPE_CHECKING:
    from PIL.Image import Image

_SIZE_PIXELS: Final = 48
_GROUNDS: Final = {Panel.LIGHT: "white", Panel.DARK: "black"}


def xorg() -> Toolkit:
    """X11 alone.

    Raises:
        NotHere: there is no X server.

    """
    icon_type = type("Icon", (_Clickable, load("xorg").Icon), {})
    return Toolkit(
        name="X11",
        make_icon=icon_type,
        post=lambda icon, work: icon.post(work),
        load_picture=_flattened,
    )


def has_tray(display: str) -> bool:
    """Whether there is a tray on this X server (`:0`) for icons embedded by X11's older protocol."""
    try:
        from Xlib.display import Display  # noqa: PLC0415 - there only where X11 may be
        from Xlib.error import ConnectionClosedError, DisplayError  # noqa: PLC0415
    except ImportError:
        return False
    try:
        server = Display(display)
    except (DisplayError, ConnectionClosedError, OSError):
        return False
    try:
        tray = server.intern_atom(f"_NET_SYSTEM_TRAY_S{server.get_default_screen()}")
        return bool(server.get_selection_owner(tray))
    finally:
        server.close()


def _flattened(name: str, panel: Panel | None) -> "Image":
    """Return a picture on a ground of its own: without a compositor X11 knows no transparency, and pystray would lay bare all edges."""
    from PIL import Image  # noqa: PLC0415 - other ways to draw need no Pillow

    panel = panel or Panel.DARK
    picture = Image.open(png_file(name, panel=panel, size_pixels=_SIZE_PIXELS)).convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", picture.size, _GROUNDS[panel]), picture).convert("RGB")


class _Clickable:
    """Our own loop for pystray's icon."""

    _display: Any
    _window: Any
    _systray_manager: Any
    _message_handlers: dict[int, Callable[[Any], None]]
    _thread: Any
    _icon: "Image"
    _icon_data: Any
    _icon_valid: bool

    def __init__(self, *arguments: object) -> None:
        self._posted: SimpleQueue[Work] = SimpleQueue()
        self._waking, self._woken = os.pipe()
        super().__init__(*arguments)

    def __del__(self) -> None:
        # pystray would speak with the server once more, which may be gone.
        os.close(self._waking)
        os.close(self._woken)

    def post(self, work: Work) -> None:
        """Have something done in the loop."""
        self._posted.put(work)
        os.write(self._woken, b"\0")

    def _create_window(self) -> PystrayIcon:
        from Xlib import X  # noqa: PLC0415

        window = super()._create_window()  # type: ignore[misc]
        window.change_attributes(event_mask=X.ExposureMask | X.StructureNotifyMask | X.ButtonPressMask)
        # A tray that appears says so to the root window (System Tray Protocol 0.4).
        self._display.screen().root.change_attributes(event_mask=X.StructureNotifyMask)
        self._arrival = self._display.intern_atom("MANAGER")
        return window

    def _mainloop(self) -> None:
        from Xlib.error import ConnectionClosedError  # noqa: PLC0415

        try:
            while self._take_events():
                if not self._do_posted():
                    self._sleep()
        except ConnectionClosedError:
            return  # the X server has ended, and `run` with it
        finally:
            self._running = False
            with suppress(ConnectionClosedError):
                self._display.close()

    def _take_events(self) -> bool:
        """Handle what has come; False once the icon's window is gone, by `stop`."""
        from Xlib import X  # noqa: PLC0415

        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.DestroyNotify and event.window == self._window:
                return False
            if event.type == X.ClientMessage and event.client_type == self._arrival:
                self._dock_window()  # type: ignore[attr-defined]
            elif handle := self._message_handlers.get(event.type):
                handle(event)
        return True

    def _do_posted(self) -> bool:
        """Do what was posted; whether there was anything. The answers to it may have brought events along."""
        has_done = False
        while True:
            try:
                work = self._posted.get_nowait()
            except Empty:
                return has_done
            work()
            has_done = True

    def _sleep(self) -> None:
        """Wait until there is something to do."""
        ready, _, _ = select.select([self._display.fileno(), self._waking], [], [])
        if self._waking in ready:
            os.read(self._waking, 4096)

    def _show(self) -> None:
        self._dock_window()  # type: ignore[attr-defined]

    def _update_icon(self) -> None:
        self._icon_data = None
        self._icon_valid = True
        self._draw()  # type: ignore[attr-defined]

    def _assert_icon_data(self, width: int, height: int) -> None:
        """Scale the picture to a window that may be no square, which the picture is."""
        if self._icon_data is not None and self._icon_data.size == (width, height):
            return
        side = min(width, height)
        data: Any = self._icon.resize((width, height), box=(0, 0, 1, 1))
        data.paste(self._icon.resize((side, side)), ((width - side) // 2, (height - side) // 2))
        data.tostring = data.tobytes  # python-xlib calls it by its old name
        self._icon_data = data

    def _on_destroy_notify(self, event: Any) -> None:  # noqa: ANN401 - python-xlib has no annotations
        if self._systray_manager is not None and event.window.id == self._systray_manager.id:
            self._systray_manager = None
            self._dock_window()  # type: ignore[attr-defined]
