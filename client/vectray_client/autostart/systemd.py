"""Starting without a desktop, on Linux: the agent as a unit of systemd's user manager, by what systemd.unit(5) and systemd.service(5) say.

Files and links are written as `systemctl --user enable` writes them, so that it works where no user manager runs yet.
"""

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vectray_client.autostart.standing import NotPossible, Standing, replace_file
from vectray_client.autostart.started import AGENT, command_of, is_there, kept, program_of, through_env

UNIT: Final = "vectray-agent.service"
_TARGET: Final = "default.target.wants"
_SYSTEM_FOLDERS: Final = (
    "/etc/systemd/user",
    "/run/systemd/user",
    "/usr/local/lib/systemd/user",
    "/usr/lib/systemd/user",
)
_RELOAD_SECONDS: Final = 5.0
_ENV: Final = "/usr/bin/env"
"""Starts the command even where no variable is to be set: as a word behind it a path is quoted by one rule, whatever is in it."""

_PLAIN_WORD: Final = re.compile(r"[\w@+,./:=-]+", re.ASCII)
_EXEC: Final = re.compile(r"^ExecStart=(.*)$", re.MULTILINE)
_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "%": "%%", "$": "$$", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
_ESCAPED: Final = {escape: char for char, escape in _ESCAPES.items()}
_ESCAPE: Final = re.compile(r'\\[\\"ntr]|%%|\$\$')


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemdAutostart:
    """The agent's unit among those that a login starts."""

    environment: Mapping[str, str]
    system_folders: Sequence[str] = _SYSTEM_FOLDERS
    """Where units of all users lie, the first covering the others."""
    lingering: Path = Path("/var/lib/systemd/linger")
    """Holds a file for each user whose units start with the machine."""
    booted: Path = Path("/run/systemd/system")
    """Is there where systemd runs (sd_booted(3))."""

    def read(self) -> Standing:
        """Return whether a login would start the unit."""
        folders = self._folders()
        unit = next((folder / UNIT for folder in folders if os.path.lexists(folder / UNIT)), None)
        if unit is None:
            return Standing(is_on=False, place=str(folders[0] / UNIT))
        try:
            command = tuple(exec_words(unit.read_text("utf-8")))
        except (OSError, UnicodeDecodeError):
            return Standing(is_on=False, place=str(unit), reason="It cannot be read.")
        is_wanted = any(os.path.lexists(folder / _TARGET / UNIT) for folder in folders)
        reason = self._why_off(unit, command, is_wanted=is_wanted)
        return Standing(is_on=not reason, place=str(unit), reason=reason or self._note(), command=command)

    def turn_on(self) -> None:
        """Write the unit into the person's own folder, and want it at login."""
        folder = self._folders()[0]
        try:
            text = unit_text(command_of(AGENT), kept(self.environment)).encode()
        except UnicodeEncodeError:
            raise NotPossible(
                "The path of this installation is no text, so that systemd could not be told it."
            ) from None
        replace_file(folder / UNIT, text)
        link = folder / _TARGET / UNIT
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(folder / UNIT)
        self._reload()

    def turn_off(self) -> None:
        """Want it no more; where the system wants it for everybody, mask it."""
        own, *others = self._folders()
        for file in (own / _TARGET / UNIT, own / UNIT):
            file.unlink(missing_ok=True)
        if any(os.path.lexists(folder / _TARGET / UNIT) for folder in others):
            own.mkdir(parents=True, exist_ok=True)
            (own / UNIT).symlink_to(os.devnull)
        self._reload()

    def _folders(self) -> Sequence[Path]:
        own = self.environment.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - joined here
        return [Path(own) / "systemd" / "user", *map(Path, self.system_folders)]

    def _why_off(self, unit: Path, command: Sequence[str], *, is_wanted: bool) -> str:
        if os.path.realpath(unit) == os.devnull:
            return "It is switched off there (masked)."
        if not self.booted.is_dir():
            return "systemd does not run here."
        if not is_wanted:
            return "Nothing starts it at login (it is not enabled)."
        program = program_of(command)
        if not is_there(program, self.environment):
            return f"What it starts is gone: {program}." if program else "It starts nothing."
        return ""

    def _note(self) -> str:
        user = self.environment.get("USER", "")
        if user and (self.lingering / user).exists():
            return "It starts with the machine."
        return "It starts at your login; `loginctl enable-linger` has it start with the machine."

    def _reload(self) -> None:
        """Tell the user manager, where one runs, that there is something new; nothing is started."""
        with suppress(OSError, subprocess.SubprocessError):
            subprocess.run(
                ["systemctl", "--user", "daemon-reload"],  # noqa: S607 - found as the person's own shell finds it
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_RELOAD_SECONDS,
                check=False,
            )


def unit_text(command: Sequence[str], variables: Mapping[str, str]) -> str:
    """Return the unit of the agent. Pure."""
    return f"""[Unit]
Description=Vectray's agent: keeps the index of your documents up to date

[Service]
ExecStart={" ".join(map(_quoted, through_env(command, variables, env=_ENV)))}
Restart=on-failure
RestartSec=10
Nice=10
UMask=0077
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def exec_words(unit: str) -> Sequence[str]:
    """Return the words of a unit's command; empty if it has none. Prefixes of the program's name are left out. Pure."""
    found = _EXEC.search(unit)
    words = [_unquoted(quoted or plain) for quoted, plain in _WORD.findall(found[1])] if found else []
    return [words[0].lstrip("@-:+!|"), *words[1:]] if words else []


def _quoted(word: str) -> str:
    if _PLAIN_WORD.fullmatch(word):
        return word
    return '"' + "".join(_ESCAPES.get(char, char) for char in word) + '"'


def _unquoted(word: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED[found[0]], word)
