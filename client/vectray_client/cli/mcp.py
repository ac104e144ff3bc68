"""`vectray mcp`: search for assistants."""

import signal
import sys

import click

from vectray_client.assistant.server import serve
from vectray_client.cli.terminal import say


@click.command("mcp")
def command() -> None:
    """Serve search to an assistant over MCP, on standard input and output. To be started by the assistant."""
    # Nothing here has to be undone, and what waits for standard input cannot be woken.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    if sys.stdin.isatty():
        say("waiting for an assistant on standard input; `vectray search` is for people")
    serve()
