"""Which way to show the icon is taken, and why not another."""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from vectray_client.desktop.backends.by_pystray import darwin, gtk, win32, xorg
from vectray_client.desktop.backends.by_pystray.pystray_display import PystrayDisplay
from vectray_client.desktop.backends.by_pystray.toolkit import NotHere, Toolkit
from vectray_client.desktop.backends.display import Display, Obey
from vectray_client.desktop.backends.nowhere import Nowhere
from vectray_client.desktop.backends.surroundings import Surroundings, look_around
from vectray_client.desktop.pictures import Panel


class Way(StrEnum):
    """A way to show an icon."""

    NOTIFIER = "status-notifier"
    APPINDICATOR = "appindicator"
    GTK = "gtk"
    XORG = "xorg"
    WINDOWS = "windows"
    MACOS = "macos"
    NOWHERE = "none"


_TOOLKITS: Final[Mapping[Way, Callable[[], Toolkit]]] = {
    Way.APPINDICATOR: gtk.appindicator,
    Way.GTK: gtk.status_icon,
    Way.XORG: xorg.xorg,
    Way.WINDOWS: win32.win32,
    Way.MACOS: darwin.darwin,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A way that was not taken."""

    way: Way
    why: str
    """One sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The way that is taken."""

    way: Way
    display: Display
    passed_over: tuple[PassedOver, ...]
    """Those that would have been better, the best first."""


def choose_display(
    obey: Obey,
    *,
    environment: Mapping[str, str],
    panel: Callable[[], Panel | None],
    say: Callable[[str], None],
    platform: str = sys.platform,
    only: Way | None = None,
) -> Choice:
    """Take the best way that works here: with none, a display that shows nothing. Shows nothing yet.

    `panel` tells what a person said about the panel, None for nothing, and is asked at each drawing. `say` takes a sentence for the person at the desktop, from whatever thread. `only` leaves no choice but that way or none.
    """
    around = look_around(environment, platform=platform)
    passed_over: list[PassedOver] = []
    for way in (only,) if only else ways(around):
        try:
            display = _display(way, obey, around=around, panel=panel, say=say)
        except NotHere as failure:
            passed_over.append(PassedOver(way=way, why=str(failure)))
        else:
            return Choice(way=way, display=display, passed_over=tuple(passed_over))
    return Choice(way=Way.NOWHERE, display=Nowhere(say), passed_over=tuple(passed_over))


def ways(around: Surroundings) -> Sequence[Way]:
    """Return the ways to try, the best first. Pure.

    StatusNotifierItem waits for somebody who shows it, so it comes first even where nobody does yet; but not where there is a
    tray of X11's older protocol, which shows an icon at once.
    """
    if around.platform == "win32":
        return (Way.WINDOWS,)
    if around.platform == "darwin":
        return (Way.MACOS,)
    embedded = (Way.GTK, Way.APPINDICATOR, Way.XORG)
    if around.has_x_tray and not around.has_watcher:
        return (*embedded, Way.NOTIFIER)
    return (Way.NOTIFIER, Way.APPINDICATOR, Way.GTK, Way.XORG)


def _display(
    way: Way,
    obey: Obey,
    *,
    around: Surroundings,
    panel: Callable[[], Panel | None],
    say: Callable[[str], None],
) -> Display:
    if way is Way.NOWHERE:
        return Nowhere(say)
    if way is Way.NOTIFIER:
        return _notifier(obey, around=around, panel=panel, say=say)
    return PystrayDisplay(obey, toolkit=_TOOLKITS[way](), panel=panel)


def _notifier(
    obey: Obey, *, around: Surroundings, panel: Callable[[], Panel | None], say: Callable[[str], None]
) -> Display:
    if not around.bus_address:
        raise NotHere("There is no session bus (D-Bus) that answers.")
    from vectray_client.desktop.backends.status_notifier.icon import StatusNotifierIcon  # noqa: PLC0415 - dbus-fast is there on Linux only

    return StatusNotifierIcon(
        obey,
        bus_address=around.bus_address,
        panel=panel,
        say=say,
    )
