"""How commands reach the daemon."""

from vectray.places import Places
from vectray_client.config import Config
from vectray_client.embed.embedder import Embedder
from vectray_client.sdk.channel import Deadlines
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.programs import the_daemon
from vectray_client.sdk.rendezvous import is_up
from vectray_client.sdk.states import DaemonState

_PATIENCE_SECONDS = 3.0
"""For a daemon that is only asked how it is; a busy one answers in milliseconds."""


def embedder_for(config: Config, *, model: str) -> Embedder:
    """Return an embedder that starts the daemon when it is first used; a context manager."""
    return Embedder(lambda: Daemon(config.places), model=model, tokenizers=config.tokenizers)


def daemon_state(places: Places) -> DaemonState | None:
    """Return the state of the daemon, None if none is running. Starts nothing.

    Raises:
        VectrayClientError: it does not answer, or is of another release.

    """
    if not is_up(the_daemon(places)):
        return None
    with Daemon(places, deadlines=Deadlines(answer_seconds=_PATIENCE_SECONDS)) as daemon:
        return next(daemon.watch(timeout_seconds=_PATIENCE_SECONDS))
