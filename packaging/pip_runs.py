"""Runs pip in a virtual environment: its output goes to a file, a short line of progress to the terminal."""

import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_TAIL_LINES = 12

_DOWNLOAD = re.compile(r"\s*Downloading (?:\S*/)?([^-\s]+-[^-\s]+)\S*(?: (\([\d.]+ [kMG]B\)))?")

NO_RELEASE = "the package index has no release that fits this Python, this system and the constraints."

# The first that fits is the reason. Without a network pip ends in "No matching distribution", so that comes last.
_REASONS = {
    r"No space left on device|not enough space": "there is no space left on the disk.",
    r"CERTIFICATE_VERIFY_FAILED|SSLError": (
        "the certificate of the package index is not trusted here; `pip config set global.cert FILE` names one that is."
    ),
    (
        r"NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|Read timed out|ProxyError|ProtocolError"
        r"|ConnectionResetError|Connection refused|Network is unreachable|name resolution|getaddrinfo failed"
    ): "the package index cannot be reached; check the network, or name a mirror: `pip config set global.index-url URL`.",
    r"Permission denied|Access is denied|Read-only file system": "this folder may not be written to.",
    r"No matching distribution found|Could not find a version|ResolutionImpossible": NO_RELEASE,
}


class PipFailedError(Exception):
    """pip ended with an error. `reason` is the likely one, a sentence, or empty; `tail` its last lines of output."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.reason = likely_reason(lines)
        self.tail = "".join(lines[-_TAIL_LINES:])
        super().__init__(self.reason or "pip failed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pip:
    """The pip of one virtual environment."""

    python: Path
    log: Path
    """Every run appends its output."""
    show: Callable[[str], None]
    """Gets a few words whenever something new is being done."""

    def install(self, *arguments: str) -> None:
        """Run `pip install`.

        Raises:
            PipFailedError: with the likely reason.

        """
        # -I: neither the current folder nor PYTHONPATH may replace what pip imports.
        pip = [str(self.python), "-I", "-m", "pip", "--disable-pip-version-check", "--no-input"]
        lines = []
        with (
            self.log.open("a", encoding="utf-8") as log,
            subprocess.Popen(
                [*pip, "install", "--progress-bar", "off", *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
            ) as running,
        ):
            for line in running.stdout or ():
                log.write(line)
                lines.append(line)
                if words := step(line):
                    self.show(words)
        if running.returncode:
            raise PipFailedError(lines)


def step(line: str) -> str:
    """A line of pip's output as a few words about what it does now; empty for a line of no interest."""
    if line.startswith("Collecting "):
        return f"looking for {line.split()[1]}"
    if line.startswith("Installing collected packages"):
        return "unpacking everything"
    download = _DOWNLOAD.match(line)
    return " ".join(["downloading", *filter(None, download.groups())]) if download else ""


def likely_reason(lines: Sequence[str]) -> str:
    """The likely reason for a failure of pip as a sentence, from its output; empty if none is known."""
    output = "".join(lines)
    return next((reason for pattern, reason in _REASONS.items() if re.search(pattern, output)), "")


class ProgressLine:
    """A line on the terminal that is written over; where stderr is no terminal, nothing at all."""

    _WIDTH = 78

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()

    def show(self, words: str) -> None:
        """Replace the line."""
        if self._is_terminal:
            print(f"\r  {words[: self._WIDTH - 2]:<{self._WIDTH - 2}}", end="", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Remove the line."""
        if self._is_terminal:
            print(f"\r{'':<{self._WIDTH}}\r", end="", file=sys.stderr, flush=True)
