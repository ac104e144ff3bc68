"""Starting with the desktop, on Windows: the Run key of the registry, and what Task Manager notes beside it. Written with care and not measured.

`StartupApproved` is not documented. In practice its first byte is odd where a person has switched the program off.
"""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PureWindowsPath
from typing import Final, Protocol

from vectray_client.autostart.standing import NotPossible, Standing
from vectray_client.autostart.started import HOME, TRAY, command_of, is_there, kept

NAME: Final = "Vectray"
RUN: Final = r"Software\Microsoft\Windows\CurrentVersion\Run"
APPROVED: Final = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
VARIABLES: Final = "Environment"
"""Where the variables stand that a person has at every login."""


class Registry(Protocol):
    """The person's own part of the registry, `HKEY_CURRENT_USER`."""

    def read(self, key: str, name: str) -> str | bytes | None:
        """Return a value; None if there is none."""
        ...

    def write(self, key: str, name: str, value: str) -> None:
        """Set a text."""
        ...

    def delete(self, key: str, name: str) -> None:
        """Remove a value if it is there."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunKey:
    """The tray among the programs that Windows starts for a person."""

    registry: Registry
    environment: Mapping[str, str]

    def read(self) -> Standing:
        """Return what the two keys say."""
        place = rf"HKEY_CURRENT_USER\{RUN}\{NAME}"
        line = self.registry.read(RUN, NAME)
        if not isinstance(line, str) or not line:
            return Standing(is_on=False, place=place)
        approved = self.registry.read(APPROVED, NAME)
        program = program_of(line)
        reason = ""
        if is_switched_off(approved):
            reason = "It is switched off in the Task Manager."
        elif not is_there(program, self.environment):
            reason = f"What it starts is gone: {program}."
        return Standing(is_on=not reason, place=place, reason=reason, command=(line,))

    def turn_on(self) -> None:
        """Write the command line, and forget that it was switched off."""
        home = kept(self.environment).get(HOME)
        if home and self.registry.read(VARIABLES, HOME) != self.environment[HOME]:
            raise NotPossible(
                f"{HOME} is set for this window alone; set it for your account first: setx {HOME} {home}"
            )
        self.registry.write(RUN, NAME, subprocess.list2cmdline(without_a_window(command_of(TRAY))))
        self.registry.delete(APPROVED, NAME)

    def turn_off(self) -> None:
        """Remove both values."""
        self.registry.delete(RUN, NAME)
        self.registry.delete(APPROVED, NAME)


def is_switched_off(approved: str | bytes | None) -> bool:
    """Whether what Task Manager notes means off. Pure."""
    return isinstance(approved, bytes) and bool(approved) and approved[0] % 2 == 1


def program_of(line: str) -> str:
    """Return the program of a command line: what the first pair of quotes holds, or the first word. Pure."""
    return line[1:].partition('"')[0] if line.startswith('"') else line.partition(" ")[0]


def without_a_window(command: Sequence[str]) -> Sequence[str]:
    """Return the command with the Python that opens no black window, which is beside the other one. Pure."""
    program = PureWindowsPath(command[0])
    if program.name.lower() != "python.exe":
        return command
    return (str(program.with_name("pythonw.exe")), *command[1:])
