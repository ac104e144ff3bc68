"""`vectray agent`: watch and index until stopped, without a desktop."""

import click

from vectray_client.agent.presence import AlreadyRunning
from vectray_client.agent.running import run_agent
from vectray_client.cli.reaching import embedder_for, running_agent
from vectray_client.cli.terminal import say
from vectray_client.config import read_config
