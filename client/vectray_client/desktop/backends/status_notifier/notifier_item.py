"""The icon on the bus: org.kde.StatusNotifierItem.

The protocol: https://www.freedesktop.org/wiki/Specifications/StatusNotifierItem/, and what hosts ask for besides.
"""

from collections.abc import Callable
from typing import Annotated, Any, Final

from dbus_fast import PropertyAccess
from dbus_fast.annotations import DBusBool, DBusInt32, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property, dbus_signal

from vectray_client.desktop.backends.status_notifier.appearance import Appearance

ITEM_PATH: Final = "/StatusNotifierItem"
"""Where hosts look for it."""
MENU_PATH: Final = "/MenuBar"
"""Where Qt's own icons have theirs; some hosts look nowhere else."""

_TOLD_WITH_CHANGE: Final = (
    "Status",
    "IconName",
    "AttentionIconName",
    "IconAccessibleDesc",
    "AttentionAccessibleDesc",
    "ToolTip",
)
_ASKED_AFTER_CHANGE: Final = ("IconPixmap", "AttentionIconPixmap")
"""Too big to be sent to hosts that may not want them."""

Pixmaps = Annotated[list[list[int | bytes]], DBusSignature("a(iiay)")]
"""Rows of (width, height, ARGB32 in network byte order)."""


class NotifierItem(ServiceInterface):
    """Tells hosts how the icon looks. To be used in its connection's thread only."""

    def __init__(self, appearance: Appearance, *, theme_folder: str, activate: Callable[[], None]) -> None:
        super().__init__("org.kde.StatusNotifierItem")
        self._appearance = appearance
        self._theme_folder = theme_folder
        self._activate = activate

    def change(self, appearance: Appearance) -> None:
        """Look like this from now on, and tell hosts what is different."""
        before, self._appearance = self._appearance, appearance
        if before == appearance:
            return
        if (before.icon_name, before.pixmaps) != (appearance.icon_name, appearance.pixmaps):
            self.NewIcon()
        if before.is_urgent != appearance.is_urgent:
            self.NewAttentionIcon()
            self.NewStatus(self.Status)
        if (before.title, before.text) != (appearance.title, appearance.text):
            self.NewToolTip()
        self.emit_properties_changed(
            {name: getattr(self, name) for name in _TOLD_WITH_CHANGE}, list(_ASKED_AFTER_CHANGE)
        )

    @dbus_property(access=PropertyAccess.READ)
    def Category(self) -> DBusStr:  # noqa: N802 - the protocol's name, as all below
        """What kind of program it speaks for."""
        return "ApplicationStatus"

    @dbus_property(access=PropertyAccess.READ)
    def Id(self) -> DBusStr:  # noqa: N802
        """Always the same, so that a person's place for it is kept."""
        return "vectray"

    @dbus_property(access=PropertyAccess.READ)
    def Title(self) -> DBusStr:  # noqa: N802
        """The program's name."""
        return "Vectray"

    @dbus_property(access=PropertyAccess.READ)
    def Status(self) -> DBusStr:  # noqa: N802
        """Whether it may be folded away: not while nothing goes on until somebody acts."""
        return "NeedsAttention" if self._appearance.is_urgent else "Active"

    @dbus_property(access=PropertyAccess.READ)
    def WindowId(self) -> DBusInt32:  # noqa: N802
        """It has no window."""
        return 0

    @dbus_property(access=PropertyAccess.READ)
    def IconThemePath(self) -> DBusStr:  # noqa: N802
        """Where IconName is looked up first."""
        return self._theme_folder

    @dbus_property(access=PropertyAccess.READ)
    def IconName(self) -> DBusStr:  # noqa: N802
        """The picture."""
        return self._appearance.icon_name

    @dbus_property(access=PropertyAccess.READ)
    def IconPixmap(self) -> Pixmaps:  # noqa: N802
        """The same for hosts that look nothing up."""
        return self._pixmaps()

    @dbus_property(access=PropertyAccess.READ)
    def OverlayIconName(self) -> DBusStr:  # noqa: N802
        """Nothing is laid over it."""
        return ""

    @dbus_property(access=PropertyAccess.READ)
    def OverlayIconPixmap(self) -> Pixmaps:  # noqa: N802
        """Nothing is laid over it."""
        return []

    @dbus_property(access=PropertyAccess.READ)
    def AttentionIconName(self) -> DBusStr:  # noqa: N802
        """The picture while it needs attention."""
        return self._appearance.icon_name if self._appearance.is_urgent else ""

    @dbus_property(access=PropertyAccess.READ)
    def AttentionIconPixmap(self) -> Pixmaps:  # noqa: N802
        """The same for hosts that look nothing up."""
        return self._pixmaps() if self._appearance.is_urgent else []

    @dbus_property(access=PropertyAccess.READ)
    def AttentionMovieName(self) -> DBusStr:  # noqa: N802
        """Nothing moves."""
        return ""

    @dbus_property(access=PropertyAccess.READ)
    def IconAccessibleDesc(self) -> DBusStr:  # noqa: N802
        """What a screen reader says."""
        return self._appearance.title

    @dbus_property(access=PropertyAccess.READ)
    def AttentionAccessibleDesc(self) -> DBusStr:  # noqa: N802
        """The same while it needs attention."""
        return self._appearance.title if self._appearance.is_urgent else ""

    @dbus_property(access=PropertyAccess.READ)
    def ToolTip(self) -> Annotated[list[Any], DBusSignature("(sa(iiay)ss)")]:  # noqa: N802
        """Picture, pixmaps, a line and more lines."""
        return ["", [], self._appearance.title, self._appearance.text]

    @dbus_property(access=PropertyAccess.READ)
    def ItemIsMenu(self) -> DBusBool:  # noqa: N802
        """A plain click asks for the default."""
        return False

    @dbus_property(access=PropertyAccess.READ)
    def Menu(self) -> DBusObjectPath:  # noqa: N802
        """Where the menu is."""
        return MENU_PATH

    @dbus_method()
    def Activate(self, x: DBusInt32, y: DBusInt32) -> None:  # noqa: ARG002, N802
        """A plain click: the default."""
        self._activate()

    @dbus_method()
    def SecondaryActivate(self, x: DBusInt32, y: DBusInt32) -> None:  # noqa: N802
        """A click with the middle button: nothing."""

    @dbus_method()
    def ContextMenu(self, x: DBusInt32, y: DBusInt32) -> None:  # noqa: N802
        """Asked by hosts that show no menus of others: there is no window to show one in."""

    @dbus_method()
    def Scroll(self, delta: DBusInt32, orientation: DBusStr) -> None:  # noqa: N802
        """The wheel over the icon: nothing."""

    @dbus_method()
    def ProvideXdgActivationToken(self, token: DBusStr) -> None:  # noqa: N802
        """A right to come to the front, given before a click: the browser asks for its own."""

    @dbus_signal()
    def NewTitle(self) -> None:  # noqa: N802
        """The title has changed."""

    @dbus_signal()
    def NewIcon(self) -> None:  # noqa: N802
        """The picture has changed."""

    @dbus_signal()
    def NewAttentionIcon(self) -> None:  # noqa: N802
        """The picture for attention has changed."""

    @dbus_signal()
    def NewOverlayIcon(self) -> None:  # noqa: N802
        """What is laid over it has changed."""

    @dbus_signal()
    def NewToolTip(self) -> None:  # noqa: N802
        """The tooltip has changed."""

    @dbus_signal()
    def NewStatus(self, status: str) -> DBusStr:  # noqa: N802
        """Whether it needs attention has changed."""
        return status

    def _pixmaps(self) -> list[list[int | bytes]]:
        return [list(pixmap) for pixmap in self._appearance.pixmaps]
