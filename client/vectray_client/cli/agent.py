"""`vectray agent`: watch and index until stopped, without a desktop."""

import logging
from traceback import extract_tb

import click

from vectray_client.agent.presence import AlreadyRunning
from vectray_client.agent.running import run_agent
from vectray_client.cli.reaching import embedder_for, running_agent
from vectray_client.cli.terminal import say
from vectray_client.config import read_config

_MOST_FRAMES = 5
_log = logging.getLogger("vectray.agent")


@click.command("agent")
def command() -> None:
    """Watch the folders and keep the index up to date until stopped. Only one runs for each user."""
    config = read_config()
    with running_agent(config.places) as other:
        if other:
            say(f"the agent is already running (process {other.state().pid})")
            return
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    try:
        with embedder_for(config) as embedder:
            run_agent(
                config.places,
                embedder,
                index_file=config.index_file,
                scope=config.scope,
                model=config.model,
                open_with=config.open_with,
                complain=_complain,
            )
    except AlreadyRunning as error:  # it was starting, too
        say(str(error))


def _complain(error: Exception) -> None:
    """Note that something went wrong in the background: its kind and place, because its words may quote a path or a text."""
    frames = [
        f"{frame.name}:{frame.lineno}" for frame in reversed(extract_tb(error.__traceback__, -_MOST_FRAMES))
    ]
    _log.warning("%s", " < ".join([type(error).__name__, *frames]))
