"""Starts other programs: by the list of their words, never by a shell, and without waiting for their end."""

import subprocess
from collections.abc import Sequence
from threading import Thread

from vectray_client.domain import Fault

_SETTLING_SECONDS = 1.0
"""What cannot open a file says so at once; what still runs then is showing it."""
_ANSWER_SECONDS = 5.0


class NotStarted(Fault):
    """A program could not be started, or gave up at once."""

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        """Its exit status; None if it is not there or may not be run."""


def start(command: Sequence[str]) -> None:
    """Start a program that may go on when this one has ended.

    Raises:
        NotStarted: it is not there, may not be run, or ended at once with an error.

    """
    try:
        process = subprocess.Popen(  # noqa: S603 - the words are a list, and the program is one that the person has chosen
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise NotStarted(f"{command[0]} cannot be started: {error.strerror}.") from None
    try:
        status = process.wait(_SETTLING_SECONDS)
    except subprocess.TimeoutExpired:
        Thread(target=process.wait, daemon=True, name=f"until {command[0]} ends").start()
        return
    if status:
        raise NotStarted(f"{command[0]} ended at once with status {status}.", status=status)


def answer_of(command: Sequence[str]) -> str | None:
    """Return what a small program prints, without white space around it; None if it is not there, fails, or takes long."""
    try:
        done = subprocess.run(  # noqa: S603 - as above
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_ANSWER_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode(errors="replace").strip()
