import asyncio
import socket
import tempfile
from pathlib import Path

import pytest
from tests.vectray_client.desktop.fake_watcher import fake_watcher
from tests.vectray_client.desktop.private_bus import PrivateBus

from vectray_client.desktop.backends.surroundings import Surroundings, bus_address, look_around


def test_a_bus_is_where_it_is_told_or_where_systemd_puts_it() -> None:
    """What is set counts; a runtime folder counts only if there is a socket."""
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        assert bus_address({"XDG_RUNTIME_DIR": folder}) == ""
        listener.bind(str(Path(folder, "bus")))
        assert bus_address({"XDG_RUNTIME_DIR": folder}) == f"unix:path={folder}/bus"
        told = {"XDG_RUNTIME_DIR": folder, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/elsewhere"}
        assert bus_address(told) == "unix:path=/elsewhere"
    assert bus_address({}) == ""


# python-xlib leaves its sockets to the garbage collector when nobody answers them.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_bare_machine_has_nothing() -> None:
    """No bus, no screen, an address that leads nowhere or that is none: nothing, and no error."""
    nothing = Surroundings(platform="linux")
    assert look_around({}, platform="linux") == nothing
    for address in ("unix:path=/nowhere/at-all", "autolaunch:", "nonsense", "unix:", ";"):
        assert look_around({"DBUS_SESSION_BUS_ADDRESS": address}, platform="linux") == nothing
    assert look_around({"DISPLAY": ":9999"}, platform="linux") == nothing


async def test_a_bus_and_who_shows_icons_on_it_are_seen() -> None:
    """A bus counts by itself, since somebody may come to show icons."""
    with PrivateBus() as bus:
        environment = {"DBUS_SESSION_BUS_ADDRESS": bus.address}

        async def look() -> Surroundings:
            return await asyncio.to_thread(look_around, environment, platform="linux")

        assert await look() == Surroundings(platform="linux", bus_address=bus.address)
        async with fake_watcher(bus.address):
            assert (await look()).has_watcher
