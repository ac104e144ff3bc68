"""What kind of desktop this is: looked at once, before an icon is shown."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vectray_client.desktop.backends.by_pystray.xorg import has_tray


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """As far as it matters to an icon."""

    platform: str
    """As `sys.platform`: linux, darwin, win32."""
    bus_address: str = ""
    """Of the session bus; empty where none answers."""
    has_watcher: bool = False
    """Whether somebody on that bus shows StatusNotifierItems."""
    has_x_tray: bool = False
    """Whether there is a tray for icons embedded by X11's older protocol."""


def look_around(environment: Mapping[str, str], *, platform: str) -> Surroundings:
    """Look: takes milliseconds, or seconds where something hangs."""
    if platform in ("darwin", "win32"):
        return Surroundings(platform=platform)
    address = bus_address(environment)
    has_watcher = asyncio.run(_has_watcher(address)) if address else None
    display = environment.get("DISPLAY", "")
    return Surroundings(
        platform=platform,
        bus_address="" if has_watcher is None else address,
        has_watcher=bool(has_watcher),
        has_x_tray=not has_watcher and bool(display) and has_tray(display),
    )


def bus_address(environment: Mapping[str, str]) -> str:
    """Return where the session bus should be: as told, or where systemd puts it. Empty if neither."""
    told = environment.get("DBUS_SESSION_BUS_ADDRESS", "")
    if told:
        return told
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    socket = Path(runtime, "bus") if runtime else None
    return f"unix:path={socket}" if socket is not None and socket.is_socket() else ""


async def _has_watcher(address: str) -> bool | None:
    """Whether somebody shows icons on the bus at this address; None if there is no bus."""
    try:
        from vectray_client.desktop.backends.status_notifier import bus_calls, registration  # noqa: PLC0415 - dbus-fast is there on Linux only
    except ImportError:
        return None
    try:
        bus = await bus_calls.connect(address)
        try:
            return bool(await bus_calls.owner_of(bus, registration.WATCHER))
        finally:
            bus.disconnect()
    except bus_calls.NOT_CONNECTED:
        return None
