"""What commands print: data on stdout, words on stderr."""

import json
import sys
from collections.abc import Mapping

from rich.console import Console


def say(message: str) -> None:
    """Tell the person something that is no data."""
    sys.stderr.write(f"vectray: {printable(message)}\n")


def print_json(document: Mapping[str, object]) -> None:
    """Print one JSON document."""
    sys.stdout.write(f"{printable(json.dumps(document, ensure_ascii=False, indent=2))}\n")


def printable(text: str) -> str:
    """Return `text` without what no terminal and no UTF-8 stream takes: halves of surrogate pairs, from names that are not Unicode."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def screen() -> Console:
    """Return the console for data. Nothing is wrapped at a guessed width where no terminal is."""
    return Console(soft_wrap=not sys.stdout.isatty(), highlight=False)


def margin() -> Console:
    """Return the console for progress and words."""
    return Console(stderr=True, highlight=False)
