"""How commands reach the daemon and the agent."""

from collections.abc import Iterator
from contextlib import contextmanager

from vectray.places import Places
from vectray_client.config import Config
from vectray_client.embed.embedder import Embedder
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.channel import Deadlines
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.programs import the_agent, the_daemon
from vectray_client.sdk.rendezvous import is_up
from vectray_client.sdk.states import DaemonState

_PATIENCE_SECONDS = 3.0
"""For a daemon that is only asked how it is; a busy one answers in milliseconds."""


def embedder_for(config: Config) -> Embedder:
    """Return an embedder that starts the daemon when it is first used; a context manager."""
    return Embedder(lambda: Daemon(config.places), tokenizers=config.tokenizers)


def daemon_state(places: Places) -> DaemonState | None:
    """Return the state of the daemon, None if none is running. Starts nothing.

    Raises:
        VectrayClientError: it does not answer, or is of another release.

    """
    if not is_up(the_daemon(places)):
        return None
    with Daemon(places, deadlines=Deadlines(answer_seconds=_PATIENCE_SECONDS)) as daemon:
        return next(daemon.watch(timeout_seconds=_PATIENCE_SECONDS))


@contextmanager
def running_agent(places: Places) -> Iterator[Agent | None]:
    """Give the agent, which holds the store while it runs; None if none is running. Starts nothing.

    Raises:
        AgentUnavailable, AgentMismatch: it does not answer, or is of another release.

    """
    if not is_up(the_agent(places)):
        yield None
        return
    with Agent(places) as agent:
        yield agent
