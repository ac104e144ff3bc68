"""`vectray stop`: end the daemon of this user."""

import time

import click
import psutil

from vectray.places import find_places
from vectray_client.cli.terminal import say
from vectray_client.domain import Fault
from vectray_client.sdk.rendezvous import is_up

_PATIENCE_SECONDS = 15.0
"""A daemon gives running calls five seconds."""
_LAST_PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class WillNotStop(Fault):
    """The daemon is there and does not go."""


@click.command("stop")
def command() -> None:
    """Stop the daemon. It starts again by itself when it is needed."""
    places = find_places()
    # Asked at its door: the process id of a daemon that was killed is left behind, and another program may have it by now.
    if not is_up(places):
        say("vectrayd is not running")
        return
    try:
        say(end(psutil.Process(int(places.daemon_pid.read_text("ascii")))))
    except (ValueError, FileNotFoundError):
        raise WillNotStop("vectrayd is running, and its process id is not known.") from None
    except psutil.NoSuchProcess:
        say("vectrayd has stopped")
    except (PermissionError, psutil.AccessDenied):
        raise WillNotStop("vectrayd is running, and this user may not stop it.") from None


def end(daemon: psutil.Process, *, patience_seconds: float = _PATIENCE_SECONDS) -> str:
    """Ask a daemon to end, make it end if it does not, and return what came of it.

    Raises:
        WillNotStop: it cannot even be killed.

    """
    daemon.terminate()
    if _is_gone(daemon, patience_seconds):
        return "vectrayd has stopped"
    daemon.kill()  # it keeps nothing that is not safe on the disk
    if _is_gone(daemon, _LAST_PATIENCE_SECONDS):
        return f"vectrayd did not stop within {patience_seconds:.0f} seconds and was killed; nothing is lost"
    raise WillNotStop(f"vectrayd, process {daemon.pid}, cannot be stopped.")


def _is_gone(process: psutil.Process, patience_seconds: float) -> bool:
    until = time.monotonic() + patience_seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK_SECONDS)
    return True
