"""What the system says about a program that may start by itself, and what every system can be told about it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from vectray_client.domain import Fault


class NotPossible(Fault):
    """This system cannot be told to start something by itself, or not this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """As the system has it now."""

    is_on: bool
    place: str
    """The file or key that decides."""
    reason: str = ""
    """One sentence: why it is off although there is something at the place, or what else it takes. Empty where nothing needs saying."""
    command: tuple[str, ...] = ()
    """The words that are started; empty where nobody knows them."""


class Autostart(Protocol):
    """One way in which a system starts programs by itself."""

    def read(self) -> Standing:
        """Return how things stand."""
        ...

    def turn_on(self) -> None:
        """Have this installation started, whatever was started before.

        Raises:
            NotPossible: what is to be started cannot be written down there.
            OSError: the place cannot be written to.

        """
        ...

    def turn_off(self) -> None:
        """Have nothing started; OSError if the place cannot be written to."""
        ...


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that whoever reads it finds the old or the new one; a link at its place is replaced, not followed."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.write_bytes(content)
    fresh.replace(path)
