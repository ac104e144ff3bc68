"""pystray's two ways to draw with GTK 3: AppIndicator, and icons embedded by X11's older protocol."""

from types import SimpleNamespace
from typing import Any

from vectray_client.desktop.backends.by_pystray.toolkit import PystrayIcon, Toolkit, Work, load
from vectray_client.desktop.pictures import FOLDER, Panel, png_file, symbolic_name

_SIZE_PIXELS = 48


def appindicator() -> Toolkit:
    """AppIndicator: a plain click opens the menu.

    Raises:
        NotHere: Python cannot load GTK or libayatana-appindicator, or there is no screen.

    """
    return _toolkit("AppIndicator", "appindicator", _AppIndicator)


def status_icon() -> Toolkit:
    """GTK's status icon: a plain click asks for the default.

    Raises:
        NotHere: Python cannot load GTK, or there is no screen.

    """
    return _toolkit("GTK's status icon", "gtk", _StatusIcon)


def _toolkit(name: str, backend: str, own: type) -> Toolkit:
    icon_type = type("Icon", (own, load(backend).Icon), {})
    return Toolkit(name=name, make_icon=icon_type, post=_post, load_picture=_named_or_file)


def _post(icon: PystrayIcon, work: Work) -> None:  # noqa: ARG001 - there is one loop for all icons
    from gi.repository import GLib  # noqa: PLC0415 - there only where GTK is

    def once() -> bool:
        work()
        return False

    GLib.idle_add(once)


def _named_or_file(name: str, panel: Panel | None) -> str:
    """Return a name that GTK looks up and gives the tray's colour, or the path of a file in the colours that a person wants."""
    return str(png_file(name, panel=panel, size_pixels=_SIZE_PIXELS)) if panel else symbolic_name(name)


class _Gtk:
    """What both have: pictures by name or path. pystray writes a file for each change, and leaves the last one behind if it is killed."""

    _icon_path: str | None
    _icon_valid: bool
    icon: str

    def _initialize(self) -> None:
        # pystray would take Ctrl-C for itself here, and fail where no session bus is: its notifications need one.
        self._notifier = SimpleNamespace(hide=lambda: None)
        self._mark_ready()  # type: ignore[attr-defined]

    def _update_fs_icon(self) -> None:
        self._icon_path = self.icon
        self._icon_valid = True

    def _remove_fs_icon(self) -> None:
        self._icon_path = None


class _AppIndicator(_Gtk):
    """AppIndicator's own way to look pictures up."""

    _appindicator: Any

    def _initialize(self) -> None:
        self._appindicator.set_icon_theme_path(str(FOLDER))
        super()._initialize()


class _StatusIcon(_Gtk):
    """GTK's status icon, with a tooltip: pystray tells the title to screen readers only."""

    _status_icon: Any
    title: str

    def _initialize(self) -> None:
        from gi.repository import Gtk  # noqa: PLC0415 - there only where GTK is

        Gtk.IconTheme.get_default().append_search_path(str(FOLDER))
        super()._initialize()

    def _update_icon(self) -> None:
        self._update_fs_icon()
        if self.icon.endswith(".png"):
            self._status_icon.set_from_file(self.icon)
        else:
            self._status_icon.set_from_icon_name(self.icon)

    def _update_title(self) -> None:
        self._status_icon.set_title(self.title)
        self._status_icon.set_tooltip_text(self.title)
