"""The command line's door: finds the command, and turns what went wrong into one sentence and an exit status."""

import importlib
import io
import os
import signal
import sqlite3
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from types import FrameType
from typing import Final, Never

import click

from vectray.places import find_places, make_private
from vectray_client.cli.terminal import say
from vectray_client.domain import Fault
from vectray_client.sdk.errors import VectrayClientError

_FAILURE: Final = 2
_SIGNALLED: Final = 128
"""What shells add to the number of the signal that ended a command."""

_COMMANDS: Final = {
    "agent": "agent.command",
    "autostart": "autostart.command",
    "doctor": "doctor.command",
    "encode": "encode.command",
    "folders": "folders.command",
    "forget": "steering.forget",
    "index": "index.command",
    "mcp": "mcp.command",
    "models": "models.command",
    "open": "open.command",
    "pause": "steering.pause",
    "problems": "asking.problems",
    "recent": "recent.command",
    "rescan": "steering.rescan",
    "resume": "steering.resume",
    "search": "search.command",
    "settings": "settings.command",
    "similar": "similar.command",
    "status": "status.command",
    "stop": "stop.command",
    "survey": "survey.command",
    "tray": "tray.command",
    "web": "web.command",
    "why": "asking.why",
}
"""Command to the module of this package that holds it, and its name there."""


class _LateCommands(click.Group):
    """Imports a command when it is asked for: a search should not wait for what only indexing needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(".")
        command: click.Command = getattr(importlib.import_module(f"vectray_client.cli.{module}"), name)
        return command


@click.group(
    cls=_LateCommands,
    context_settings={"help_option_names": ["-h", "--help"]},
    invoke_without_command=True,
    no_args_is_help=False,
)
@click.version_option(metadata.version("vectray"), prog_name="vectray")
@click.pass_context
def vectray(context: click.Context) -> None:
    """Your own documents, searchable by meaning, on your own machine."""
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(_FAILURE)


class _Terminated(BaseException):
    """Somebody told the program to end. Like Ctrl-C it undoes what is half done on its way out."""


def run(arguments: Sequence[str]) -> int:
    """Run the command that the arguments name; return the exit status."""
    _open_streams()
    signal.signal(signal.SIGTERM, _terminate)
    try:
        status = _invoke(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader of our output (`| head`) has seen enough.
        status = _SIGNALLED + signal.SIGPIPE
    except (KeyboardInterrupt, click.Abort):
        status = _stopped(signal.SIGINT)
    except _Terminated:
        status = _stopped(signal.SIGTERM)
    except Exception as error:  # noqa: BLE001 - nobody is left to tell it to but the person in front of it
        say(sentence(error, crash_log=find_places().data / "vectray-crash.log"))
        status = _FAILURE
    _let_go_of_output()
    return status


def _invoke(arguments: Sequence[str]) -> int:
    try:
        with vectray.make_context("vectray", list(arguments)) as context:
            vectray.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    return 0


def sentence(error: Exception, *, crash_log: Path) -> str:
    """Return what a person is told of an error; one that nobody thought of is added to the log."""
    match error:
        case click.ClickException():
            return error.format_message()
        case Fault() | VectrayClientError():
            return str(error)
        case ModuleNotFoundError():
            return f"{error.name} is not installed: pip install 'vectray[desktop]'."
        case sqlite3.Error():
            return f"the index could not be read or written ({error}); what was stored is unharmed"
        case OSError():
            return f"{error.filename}: {error.strerror}" if error.filename else error.strerror or str(error)
    return f"this should not have happened ({type(error).__name__}); {_written_down(error, crash_log)}"


def _written_down(error: Exception, file: Path) -> str:
    try:
        make_private(file.parent)
        with os.fdopen(
            os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8"
        ) as log:
            log.writelines(_where(error))
    except OSError as obstacle:
        return f"what happened could not be written to {file}: {obstacle.strerror}"
    return f"what happened is written in {file}"


def _where(error: BaseException) -> Iterator[str]:
    """Kinds and places of an error and of what led to it, without their words, which may quote a path or a text."""
    if former := error.__cause__ or error.__context__:
        yield from _where(former)
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__name__}\n"


def _terminate(number: int, frame: FrameType | None) -> Never:
    del number, frame
    raise _Terminated


def _stopped(number: signal.Signals) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C has nothing left to stop
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    say("stopped; what was done so far is kept")
    return _SIGNALLED + number


def _open_streams() -> None:
    """Make sure that the three standard streams are there, and take every character."""
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            # Closed by whoever started us. Its number is taken now, or the next file to be opened would get it.
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - as long as the program
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _let_go_of_output() -> None:
    """What cannot be written now must not be tried again by Python at its end, which would change the status."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for number, stream in ((1, sys.stdout), (2, sys.stderr)):
        with suppress(OSError):
            stream.flush()
            continue
        os.dup2(nowhere, number)
    os.close(nowhere)
