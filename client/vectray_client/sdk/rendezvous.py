"""Find a program of this user, or start it."""

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
from vectray.places import make_private
from vectray_client.sdk.errors import DaemonMismatch, VectrayClientError
from vectray_client.sdk.programs import Program
from vectray_client.sdk.states import DaemonState

_START_SECONDS = 30.0
"""A program is ready in about one second; a machine that swaps may need more."""
_PROBE_SECONDS = 0.05
_AGAIN_SECONDS = 0.5
"""Between two attempts to start a program while another one has the lock: that one may be about to listen, or about to end."""
_LOCKED_OUT_STATUS = 75
"""How vectrayd ends when another one runs: EX_TEMPFAIL of sysexits(3)."""


HAS_UNIX_SOCKETS = hasattr(socket, "AF_UNIX")
"""Windows has none that Python or gRPC could use; programs there listen on loopback ports. Written, not measured."""


def is_up(program: Program, *, has_unix_sockets: bool = HAS_UNIX_SOCKETS) -> bool:
    """Whether a program takes connections."""
    if has_unix_sockets:
        return is_listening(program.socket)
    try:
        host, _, port = program.address.read_text("ascii").strip().rpartition(":")
        socket.create_connection((host.strip("[]"), int(port)), timeout=1.0).close()
    except (OSError, ValueError):
        return False
    return True


def is_listening(path: Path) -> bool:
    """Whether a program takes connections on the Unix socket at `path`."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(os.fspath(path))
        except OSError:
            return False
        return True


def ensure_up(
    program: Program, *, command: Sequence[str] = (), start_seconds: float = _START_SECONDS
) -> None:
    """Return once a program listens, started now if it was not running.

    `command` starts it; without one, the installed program is found.

    Raises:
        DaemonUnavailable, AgentUnavailable: it cannot be started.

    """
    until = time.monotonic() + start_seconds
    while not is_up(program):
        if time.monotonic() > until:
            raise program.unavailable(
                f"{program.name} did not answer within {start_seconds:.0f} seconds; see {program.log}."
            )
        _attempt(program, command or _command(program), until)


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


def _command(program: Program) -> Sequence[str]:
    if importlib.util.find_spec(program.module):
        return [sys.executable, "-P", "-m", program.module, *program.arguments]
    if script := shutil.which(program.script):
        return [script, *program.arguments]
    raise _not_installed(program)


def _not_installed(program: Program) -> VectrayClientError:
    return program.unavailable(
        f"{program.name} is not running and not installed here: pip install 'vectray[{program.extra}]'."
    )


def _attempt(program: Program, command: Sequence[str], until: float) -> None:
    """Start a program; return once one listens, or this one was locked out, or at `until`."""
    process, began = _start(program, command)
    try:
        while process.poll() is None and time.monotonic() < until:
            if is_up(program):
                return
            time.sleep(_PROBE_SECONDS)
        # One that ended well was told to stop, which is no reason not to start another.
        if process.returncode not in (None, 0, _LOCKED_OUT_STATUS):
            why = _last_line(program.log, began)
            if why.startswith("ModuleNotFoundError"):  # this distribution holds it; what it needs is an extra
                raise _not_installed(program)
            raise program.unavailable(f"{program.name} could not be started: {why}")
        _wait_listening(program, min(until, time.monotonic() + _AGAIN_SECONDS))
    finally:
        # Reaps it, should it end before this program does.
        threading.Thread(target=process.wait, daemon=True).start()


def _wait_listening(program: Program, until: float) -> None:
    while time.monotonic() < until and not is_up(program):
        time.sleep(_PROBE_SECONDS)


def _start(program: Program, command: Sequence[str]) -> tuple["subprocess.Popen[bytes]", int]:
    """Return the process, and where in the log its words begin."""
    try:
        make_private(program.socket.parent)
        with program.log.open("ab") as log:
            began = log.tell()
            process = subprocess.Popen(  # noqa: S603 - our own program
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=program.socket.parent,
                start_new_session=True,  # it outlives the program that needed it first
            )
            return process, began
    except OSError as error:
        path = error.filename or program.socket.parent
        raise program.unavailable(
            f"{program.name} cannot be started: {path}: {error.strerror or error}."
        ) from None


def _last_line(log: Path, began: int) -> str:
    """Return the last words in the log since `began`; what other programs started may have written there too."""
    with contextlib.suppress(OSError), log.open("rb") as stream:
        stream.seek(began)
        lines = stream.read().decode("utf-8", "replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), f"see {log}.")
    return f"see {log}."
