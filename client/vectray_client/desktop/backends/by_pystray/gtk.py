"""pystray's two ways to draw with GTK 3: AppIndicator, and icons embedded by X11's older protocol."""

from types import SimpleNamespace
from typing import Any

from vectray_client.desktop.backends.by_pystray.toolkit import PystrayIcon, Toolkit, Work, load

_SIZE_PIXELS = 48


def appindicator() -> Toolkit:
    """AppIndicator: a plain click opens the menu.

    Raises:
        NotHere: Python cannot load GTK or libayatana-appindicator, or there is no screen.

    """
    return _toolkit("AppIndicator", "appindicator", _FromFiles)


def status_icon() -> Toolkit:
    """GTK's status icon: a plain click asks for the default.

    Raises:
        NotHere: Python cannot load GTK, or there is no screen.

    """
    return _toolkit("GTK's status icon", "gtk", _WithTooltip)


def _toolkit(name: str, backend: str, own: type) -> Toolkit:
    icon_type = type("Icon", (own, load(backend).Icon), {})
    return Toolkit(name=name, make_icon=icon_type, post=_post, load_picture=str, size_pixels=_SIZE_PIXELS)


def _post(icon: PystrayIcon, work: Work) -> None:  # noqa: ARG001 - there is one loop for all icons
    from gi.repository import GLib  # noqa: PLC0415 - there only where GTK is

    def once() -> bool:
        work()
        return False

    GLib.idle_add(once)


class _FromFiles:
    """An icon whose picture is a file that is there: pystray writes one for each change, and leaves the last one behind if it is killed."""

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


class _WithTooltip(_FromFiles):
    """One whose title is shown: pystray tells it to screen readers only."""

    _status_icon: Any
    title: str

    def _update_title(self) -> None:
        super()._update_title()  # type: ignore[misc]
        self._status_icon.set_tooltip_text(self.title)
