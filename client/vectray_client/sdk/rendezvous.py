"""Find the daemon of this user, or start it."""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from vectray import CONTRACT_REVISION
from vectray.places import Places, make_private
from vectray_client.sdk.errors import DaemonMismatch, DaemonUnavailable
from vectray_client.sdk.results import DaemonState

_START_SECONDS = 30.0
"""A daemon is ready in about one second; a machine that swaps may need more."""
_PROBE_SECONDS = 0.05


def is_listening(path: Path) -> bool:
    """Whether a program takes connections on the Unix socket at `path`."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(os.fspath(path))
        except OSError:
            return False
        return True


def ensure_daemon(places: Places) -> None:
    """Return once the daemon listens, started now if it was not running.

    Raises:
        DaemonUnavailable: it cannot be started.

    """
    if is_listening(places.daemon_socket):
        return
    command = _command()
    make_private(places.runtime)
    with places.daemon_log.open("ab") as log:
        began = log.tell()
        process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=places.runtime,
            start_new_session=True,  # it outlives the program that needed it first
        )
    # Reaps it, should it end before this program does.
    threading.Thread(target=process.wait, daemon=True).start()
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        if is_listening(places.daemon_socket):
            return
        # A daemon that ends at once may have lost a race against another program's: that one will listen soon.
        if process.poll() not in (None, 0) and not _is_locked_out(places.daemon_log, began):
            raise DaemonUnavailable(f"vectrayd could not be started: {_last_line(places.daemon_log, began)}")
        time.sleep(_PROBE_SECONDS)
    raise DaemonUnavailable(
        f"vectrayd did not answer within {_START_SECONDS:.0f} seconds; see {places.daemon_log}."
    )


def check_revision(state: DaemonState) -> None:
    """Refuse a daemon that speaks another revision of the contract.

    Raises:
        DaemonMismatch: it does.

    """
    if state.contract_revision != CONTRACT_REVISION:
        raise DaemonMismatch(
            f"The running vectrayd {state.version or '(unknown release)'} speaks revision {state.contract_revision} of the"
            f" contract, this program {CONTRACT_REVISION}: run `vectray stop`, then try again."
        )


def _command() -> Sequence[str]:
    if importlib.util.find_spec("vectrayd"):
        return [sys.executable, "-P", "-m", "vectrayd"]
    if program := shutil.which("vectrayd"):
        return [program]
    raise DaemonUnavailable("vectrayd is not running and not installed here: pip install 'vectray[daemon]'.")


def _words(log: Path, began: int) -> str:
    with contextlib.suppress(OSError), log.open("rb") as stream:
        stream.seek(began)
        return stream.read().decode("utf-8", "replace")
    return ""


def _last_line(log: Path, began: int) -> str:
    lines = _words(log, began).split("\n")
    return next((line for line in reversed(lines) if line.strip()), f"see {log}.")


def _is_locked_out(log: Path, began: int) -> bool:
    return "already running" in _words(log, began)
