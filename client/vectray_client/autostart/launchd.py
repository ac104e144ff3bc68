"""Starting with the desktop, on macOS: a launch agent, by launchd.plist(5) and launchctl(1). Written with care and not measured.

What a person switches off among the login items of the System Settings is not in `launchctl`'s list on every release.
"""

import os
import plistlib
import re
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError

from vectray_client.autostart.standing import Standing, replace_file
from vectray_client.autostart.started import TRAY, command_of, is_there, kept

LABEL: Final = "vectray.tray"
_ANSWER_SECONDS: Final = 5.0

Ask = Callable[[Sequence[str]], str]
"""Returns what a small program prints; empty if it is not there, fails, or takes long."""


def asked(command: Sequence[str]) -> str:
    """Ask a program of this system."""
    try:
        done = subprocess.run(  # noqa: S603 - the words are a list of our own
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_ANSWER_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode(errors="replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchAgent:
    """The tray among the programs that launchd starts for a person at the screen."""

    folder: Path
    """`~/Library/LaunchAgents`."""
    environment: Mapping[str, str]
    user: int
    """The number of the user."""
    ask: Ask = asked

    def read(self) -> Standing:
        """Return what the file and launchd's own list say."""
        if not os.path.lexists(self._file):
            return Standing(is_on=False, place=str(self._file))
        try:
            job = plistlib.loads(self._file.read_bytes())
        except (OSError, plistlib.InvalidFileException, ExpatError, ValueError):
            return Standing(is_on=False, place=str(self._file), reason="It cannot be read.")
        listed = self.ask(["launchctl", "print-disabled", self._domain])
        reason = why_off(job, is_disabled=is_disabled(listed), environment=self.environment)
        command = tuple(map(str, job.get("ProgramArguments", ())))
        return Standing(is_on=not reason, place=str(self._file), reason=reason, command=command)

    def turn_on(self) -> None:
        """Write the file; launchd reads it at the next login."""
        replace_file(self._file, plistlib.dumps(launch_agent(command_of(TRAY), kept(self.environment))))
        self.ask(["launchctl", "enable", f"{self._domain}/{LABEL}"])

    def turn_off(self) -> None:
        """Remove the file. What runs goes on."""
        self._file.unlink(missing_ok=True)

    @property
    def _file(self) -> Path:
        return self.folder / f"{LABEL}.plist"

    @property
    def _domain(self) -> str:
        return f"gui/{self.user}"


def launch_agent(command: Sequence[str], variables: Mapping[str, str]) -> Mapping[str, object]:
    """Return what launchd is told. It does not start the tray again when a person has quit it. Pure."""
    return {
        "Label": LABEL,
        "ProgramArguments": list(command),
        "EnvironmentVariables": dict(variables),
        "RunAtLoad": True,
        "LimitLoadToSessionType": "Aqua",
        "ProcessType": "Interactive",
    }


def is_disabled(listed: str) -> bool:
    """Whether `launchctl print-disabled` names the agent as disabled; older releases say true, newer ones disabled. Pure."""
    return re.search(rf'"{re.escape(LABEL)}"\s*=>\s*(disabled|true)\b', listed) is not None


def why_off(job: Mapping[str, object], *, is_disabled: bool, environment: Mapping[str, str]) -> str:
    """Return why launchd would not start an agent, in one sentence; empty if it would."""
    arguments = job.get("ProgramArguments")
    program = str(arguments[0]) if isinstance(arguments, list) and arguments else str(job.get("Program", ""))
    if is_disabled or job.get("Disabled") is True:
        return "It is switched off there."
    if job.get("RunAtLoad") is not True:
        return "Nothing starts it at login (RunAtLoad)."
    if not is_there(program, environment):
        return f"What it starts is gone: {program}." if program else "It starts nothing."
    return ""
