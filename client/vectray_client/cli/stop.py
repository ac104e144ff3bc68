"""`vectray stop`: end the agent and the daemon of this user."""

import time

import click
import psutil

from vectray.places import find_places
from vectray_client.cli.terminal import say
from vectray_client.domain import Fault
from vectray_client.sdk.programs import Program, the_agent, the_daemon
from vectray_client.sdk.rendezvous import is_up

_PATIENCE_SECONDS = 15.0
"""A daemon gives running calls five seconds."""
_LAST_PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class WillNotStop(Fault):
    """The program is there and does not go."""


@click.command("stop")
def command() -> None:
    """Stop the agent and the daemon. The daemon starts again by itself when it is needed."""
    places = find_places()
    _stop(the_agent(places))  # first, because it would start the daemon again
    _stop(the_daemon(places))


def _stop(program: Program) -> None:
    # Asked at its door: the process id of a program that was killed is left behind, and another one may have it by now.
    if not is_up(program):
        say(f"{program.name} is not running")
        return
    try:
        say(end(psutil.Process(int(program.pid.read_text("ascii"))), name=program.name))
    except (ValueError, FileNotFoundError):
        raise WillNotStop(f"{program.name} is running, and its process id is not known.") from None
    except psutil.NoSuchProcess:
        say(f"{program.name} has stopped")
    except (PermissionError, psutil.AccessDenied):
        raise WillNotStop(f"{program.name} is running, and this user may not stop it.") from None


def end(process: psutil.Process, *, name: str, patience_seconds: float = _PATIENCE_SECONDS) -> str:
    """Ask a program to end, make it end if it does not, and return what came of it.

    Raises:
        WillNotStop: it cannot even be killed.

    """
    process.terminate()
    if _is_gone(process, patience_seconds):
        return f"{name} has stopped"
    process.kill()  # it keeps nothing that is not safe on the disk
    if _is_gone(process, _LAST_PATIENCE_SECONDS):
        return f"{name} did not stop within {patience_seconds:.0f} seconds and was killed; nothing is lost"
    raise WillNotStop(f"{name}, process {process.pid}, cannot be stopped.")


def _is_gone(process: psutil.Process, patience_seconds: float) -> bool:
    until = time.monotonic() + patience_seconds
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() >= until:
            return False
        time.sleep(_LOOK_SECONDS)
    return True
