"""A session bus of one's own: nothing is on it but what a test puts there, and nothing is started through it."""

import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

from vectray_client.sdk.rendezvous import is_listening

_START_SECONDS = 10.0

_RULES = """
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class PrivateBus:
    """A `dbus-daemon` that can be killed and started again at the same address. Use as a context manager.

    A test that uses it is skipped where the program is not there.
    """

    def __init__(self) -> None:
        program = shutil.which("dbus-daemon")
        if program is None:
            pytest.skip("there is no dbus-daemon here")
        self._program = program
        self._folder = Path(tempfile.mkdtemp(prefix="bus-"))  # a socket's path must be short
        self._socket = self._folder / "socket"
        self._rules = self._folder / "rules.conf"
        self._rules.write_text(_RULES.format(socket=self._socket), encoding="utf-8")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """As programs expect it in DBUS_SESSION_BUS_ADDRESS."""
        return f"unix:path={self._socket}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    def start(self) -> None:
        """Start it, and wait until it listens."""
        self._process = subprocess.Popen(
            [self._program, f"--config-file={self._rules}", "--nofork", "--nopidfile"],
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + _START_SECONDS
        while not is_listening(self._socket):  # it is there a moment before anybody listens
            assert self._process.poll() is None, "dbus-daemon did not start"
            assert time.monotonic() < until, "dbus-daemon does not listen"
            time.sleep(0.005)

    def kill(self) -> None:
        """Kill it, as a session that ends does; everybody's connection breaks."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self._socket.unlink(missing_ok=True)
