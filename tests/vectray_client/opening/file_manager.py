"""A file manager on the session bus: notes what it is to show, one URI a line, in the file that its argument names."""

import asyncio
import sys
from pathlib import Path

from dbus_fast.aio import MessageBus
from dbus_fast.service import ServiceInterface, dbus_method


class FileManager(ServiceInterface):
    """org.freedesktop.FileManager1, as far as it is used."""

    def __init__(self, note: Path) -> None:
        super().__init__("org.freedesktop.FileManager1")
        self._note = note

    @dbus_method()
    def ShowItems(self, uris: "as", startup_id: "s") -> None:  # type: ignore[valid-type] # noqa: F722, F821, N802, ARG002 - D-Bus's own names and types
        """Note what is to be shown."""
        self._note.write_text("".join(f"{uri}\n" for uri in uris))


async def serve(note: Path) -> None:
    """Serve until ended."""
    bus = await MessageBus().connect()
    bus.export("/org/freedesktop/FileManager1", FileManager(note))
    await bus.request_name("org.freedesktop.FileManager1")
    print("ready", flush=True)  # noqa: T201 - who started it waits for this
    await bus.wait_for_disconnect()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
