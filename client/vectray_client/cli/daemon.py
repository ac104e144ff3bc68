"""How commands reach the daemon."""

from vectray_client.config import Config
from vectray_client.embed.embedder import Embedder
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.rendezvous import is_listening
from vectray_client.sdk.results import DaemonState


def embedder(config: Config, *, model: str) -> Embedder:
    """Return an embedder that starts the daemon when it is first used."""
    return Embedder(lambda: Daemon(config.places), model=model, tokenizers=config.tokenizers)


def daemon_state(config: Config) -> DaemonState | None:
    """Return the state of the daemon, None if none is running. Starts nothing."""
    if not is_listening(config.places.daemon_socket):
        return None
    with Daemon(config.places) as daemon:
        return daemon.state()
