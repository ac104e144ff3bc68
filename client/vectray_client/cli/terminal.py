"""What commands print: data on stdout, words on stderr."""

import json
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Never

from rich.console import Console

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls (C0, DEL, C1), line separators, marks that turn the direction of writing, and halves of surrogate pairs."""


def say(message: str) -> None:
    """Tell the person something that is no data, on one line."""
    with suppress(OSError):  # where nobody listens, what is said is no reason to stop
        sys.stderr.write(f"vectray: {printable(message)}\n")


def print_json(document: Mapping[str, object]) -> None:
    """Print one JSON document."""
    # Elsewhere the stream's own escapes would stand in for what it cannot hold, and these are not JSON's.
    takes_unicode = (sys.stdout.encoding or "").lower().startswith("utf")
    sys.stdout.write(f"{json.dumps(document, ensure_ascii=not takes_unicode, indent=2)}\n")


def printable(text: str) -> str:
    """Return `text` without what would command a terminal instead of being shown by it; names and documents may hold anything."""
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def screen() -> Console:
    """Return the console for data. Nothing is wrapped at a guessed width where no terminal is."""
    return _PlainConsole(soft_wrap=not sys.stdout.isatty(), highlight=False)


def margin() -> Console:
    """Return the console for progress and words."""
    return _PlainConsole(stderr=True, highlight=False)


class _PlainConsole(Console):
    """Lets a closed pipe end the command like any other output's; rich would end the program with status 1."""

    def on_broken_pipe(self) -> Never:
        raise BrokenPipeError
