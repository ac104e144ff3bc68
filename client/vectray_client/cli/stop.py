"""`vectray stop`: end the daemon of this user."""

import os
import signal

import click
from filelock import FileLock, Timeout

from vectray.places import Places
from vectray_client.cli.terminal import say
from vectray_client.config import read_config
from vectray_client.domain import Fault

_PATIENCE_SECONDS = 15.0
"""A daemon gives running calls five seconds."""


class WillNotStop(Fault):
    """The daemon is there and does not go."""


@click.command("stop")
def command() -> None:
    """Stop the daemon. It starts again by itself when it is needed."""
    places = read_config().places
    # The lock says more than the process id: a killed daemon leaves the id behind, and another program may have it by now.
    if not places.daemon_lock.exists() or _is_free(places, patience_seconds=0):
        say("vectrayd is not running")
        return
    try:
        os.kill(int(places.daemon_pid.read_text("ascii")), signal.SIGTERM)
    except (ValueError, ProcessLookupError, FileNotFoundError):
        raise WillNotStop("vectrayd is running, and its process id is not known.") from None
    if not _is_free(places, patience_seconds=_PATIENCE_SECONDS):
        raise WillNotStop(f"vectrayd did not stop within {_PATIENCE_SECONDS:.0f} seconds.")
    say("vectrayd has stopped")


def _is_free(places: Places, *, patience_seconds: float) -> bool:
    try:
        with FileLock(places.daemon_lock).acquire(timeout=patience_seconds):
            return True
    except Timeout:
        return False
