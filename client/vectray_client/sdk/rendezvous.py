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
from vectray_client.sdk.states import DaemonState

_START_SECONDS = 30.0
"""A daemon is ready in about one second; a machine that swaps may need more."""
_PROBE_SECONDS = 0.05
_AGAIN_SECONDS = 0.5
"""Between two attempts to start a daemon while another one has the lock: that one may be about to listen, or about to end."""
_LOCKED_OUT_STATUS = 75
"""How vectrayd ends when another one runs: EX_TEMPFAIL of sysexits(3)."""


def is_listening(path: Path) -> bool:
    """Whether a program takes connections on the Unix socket at `path`."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(os.fspath(path))
        except OSError:
            return False
        return True


def ensure_daemon(
    places: Places, *, command: Sequence[str] = (), start_seconds: float = _START_SECONDS
) -> None:
    """Return once the daemon listens, started now if it was not running.

    `command` starts it; without one, the installed daemon is found.

    Raises:
        DaemonUnavailable: it cannot be started.

    """
    until = time.monotonic() + start_seconds
    while not is_listening(places.daemon_socket):
        if time.monotonic() > until:
            raise DaemonUnavailable(
                f"vectrayd did not answer within {start_seconds:.0f} seconds; see {places.daemon_log}."
            )
        _attempt(places, command or _command(), until)


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


def _attempt(places: Places, command: Sequence[str], until: float) -> None:
    """Start a daemon; return once one listens, or this one was locked out, or at `until`."""
    process, began = _start(places, command)
    try:
        while process.poll() is None and time.monotonic() < until:
            if is_listening(places.daemon_socket):
                return
            time.sleep(_PROBE_SECONDS)
        # One that ended well was told to stop, which is no reason not to start another.
        if process.returncode not in (None, 0, _LOCKED_OUT_STATUS):
            raise DaemonUnavailable(f"vectrayd could not be started: {_last_line(places.daemon_log, began)}")
        _wait_listening(places.daemon_socket, min(until, time.monotonic() + _AGAIN_SECONDS))
    finally:
        # Reaps it, should it end before this program does.
        threading.Thread(target=process.wait, daemon=True).start()


def _wait_listening(path: Path, until: float) -> None:
    while time.monotonic() < until and not is_listening(path):
        time.sleep(_PROBE_SECONDS)


def _start(places: Places, command: Sequence[str]) -> tuple["subprocess.Popen[bytes]", int]:
    """Return the process, and where in the log its words begin."""
    try:
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
            return process, began
    except OSError as error:
        path = error.filename or places.runtime
        raise DaemonUnavailable(f"vectrayd cannot be started: {path}: {error.strerror or error}.") from None


def _last_line(log: Path, began: int) -> str:
    """Return the last words in the log since `began`; other programs' daemons may have written there too."""
    with contextlib.suppress(OSError), log.open("rb") as stream:
        stream.seek(began)
        lines = stream.read().decode("utf-8", "replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), f"see {log}.")
    return f"see {log}."
