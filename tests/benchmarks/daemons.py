"""Daemons to be measured: each a process and a home of its own, ended when the measurement ends."""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

from vectray.places import Places, find_places
from vectray_client.sdk.rendezvous import is_listening

_START_SECONDS = 30.0
_STOP_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A running daemon."""

    places: Places
    process: psutil.Process

    @property
    def address(self) -> str:
        """For gRPC."""
        return f"unix:{self.places.daemon_socket}"

    def cpu_seconds(self) -> float:
        """Of the supervisor, since it started."""
        times = self.process.cpu_times()
        return times.user + times.system

    def rss_bytes(self) -> int:
        """Of the supervisor, now."""
        return self.process.memory_info().rss


def real(_: Path, *flags: str) -> Sequence[str]:
    """Return the command that starts the daemon as it is shipped; `tests.light_daemon.command` is for the one without a model."""
    return sys.executable, "-P", "-m", "vectrayd", *flags


@contextlib.contextmanager
def running(command: Callable[[Path], Sequence[str]] = real) -> Iterator[Measured]:
    """Run the daemon that `command` starts for a home, here a temporary one.

    Raises:
        SystemExit: it ended, or does not listen.

    """
    # Short, because the path of a socket may only have about a hundred bytes.
    with tempfile.TemporaryDirectory(prefix="vb-") as home:
        environment = {**os.environ, "VECTRAY_HOME": home}
        places = find_places(environment)
        process = subprocess.Popen(command(Path(home)), env=environment, stderr=subprocess.DEVNULL)
        try:
            _wait_listening(process, places)
            yield Measured(places=places, process=psutil.Process(process.pid))
        finally:
            process.terminate()
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_listening(process: subprocess.Popen[bytes], places: Places) -> None:
    until = time.monotonic() + _START_SECONDS
    while not is_listening(places.daemon_socket):
        if process.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"The daemon does not listen (status {process.poll()}).")
        time.sleep(0.05)
