"""The command line's door: finds the command, and turns what went wrong into one sentence and an exit status."""

import importlib
import os
import sqlite3
import sys
from importlib import metadata
from typing import Final

import click

from vectray_client.cli.terminal import say
from vectray_client.domain import Fault
from vectray_client.sdk.errors import VectrayClientError

_FAILURE: Final = 2
_INTERRUPTED: Final = 130
"""128 + SIGINT, as shells have it."""

_COMMANDS: Final = {
    "encode": "encode",
    "folders": "folders",
    "index": "index",
    "search": "search",
    "status": "status",
    "stop": "stop",
}
"""Command to the module of this package that holds it."""


class _LateCommands(click.Group):
    """Imports a command when it is asked for: a search should not wait for what only indexing needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"vectray_client.cli.{_COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(cls=_LateCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(metadata.version("vectray"), prog_name="vectray")
def vectray() -> None:
    """Your own documents, searchable by meaning, on your own machine."""


def run() -> int:
    """Run the command that the arguments name; return the exit status."""
    try:
        status = vectray.main(prog_name="vectray", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("stopped; what was done so far is kept")
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (`| head`) has seen enough; Python must not try to flush into the pipe again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (Fault, VectrayClientError) as error:
        say(str(error))
    except sqlite3.Error as error:
        say(f"the index cannot be used: {error}")
    except OSError as error:
        say(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    else:
        return status if isinstance(status, int) else 0
    return _FAILURE
