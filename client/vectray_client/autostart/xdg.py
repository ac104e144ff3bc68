"""Starting with the desktop, on Linux: as the Desktop Application Autostart Specification 0.5 of freedesktop.org has it.

A file in the person's own folder covers that of the same name in the system's; `Hidden` in it means that there is none.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vectray_client.autostart.desktop_entry import (
    GROUP,
    BadEntry,
    entry_text,
    exec_line,
    read_entry,
    words_of,
)
from vectray_client.autostart.standing import NotPossible, Standing, replace_file
from vectray_client.autostart.started import TRAY, command_of, is_there, kept, program_of, through_env

FILE_NAME: Final = "vectray.desktop"
_ICON: Final = "vectray"


@dataclass(frozen=True, slots=True, kw_only=True)
class XdgAutostart:
    """The tray's entry among the programs that a desktop starts."""

    environment: Mapping[str, str]

    def read(self) -> Standing:
        """Return what the first file of that name says."""
        file = next((file for file in self._files() if os.path.lexists(file)), None)
        if file is None:
            return Standing(is_on=False, place=str(self._own_file))
        try:
            entry = read_entry(file.read_text("utf-8"))
            words = tuple(words_of(entry.get("Exec", "")))
        except (BadEntry, OSError, UnicodeDecodeError) as error:
            why = str(error) if isinstance(error, BadEntry) else "It cannot be read."
            return Standing(is_on=False, place=str(file), reason=why)
        reason = why_off(entry, words, environment=self.environment)
        return Standing(is_on=not reason, place=str(file), reason=reason, command=words)

    def turn_on(self) -> None:
        """Write the person's own file."""
        command = command_of(TRAY)
        try:
            text = own_entry(command, kept(self.environment)).encode()
        except UnicodeEncodeError:
            raise NotPossible(
                "The path of this installation is no text, so that no desktop could be told it."
            ) from None
        replace_file(self._own_file, text)

    def turn_off(self) -> None:
        """Remove the person's own file; where the system has one, hide it."""
        if any(map(os.path.lexists, self._files()[1:])):
            replace_file(self._own_file, entry_text({GROUP: hiding_entry()}).encode())
        else:
            self._own_file.unlink(missing_ok=True)

    @property
    def _own_file(self) -> Path:
        return self._files()[0]

    def _files(self) -> Sequence[Path]:
        """Where it may stand, the first that is there being the one that counts."""
        own = self.environment.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")  # noqa: PTH111 - joined below
        system = self.environment.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        folders = (own, *filter(None, system.split(":")))
        return [Path(folder) / "autostart" / FILE_NAME for folder in folders]


def own_entry(command: Sequence[str], variables: Mapping[str, str]) -> str:
    """Return the file that starts the tray at login, and that desktops list by its name. Pure."""
    return entry_text(
        {
            GROUP: {
                "Type": "Application",
                "Name": "Vectray",
                "Comment": "Your own documents, searchable by meaning",
                "Comment[zh_CN]": "按意思搜索自己的文档",
                "Comment[zh_TW]": "按意思搜尋自己的文件",
                "Icon": _ICON,
                "TryExec": program_of(command),
                "Exec": exec_line(through_env(command, variables) if variables else command),
                "Terminal": "false",
                "X-GNOME-Autostart-enabled": "true",
            }
        }
    )


def hiding_entry() -> Mapping[str, str]:
    """Return the keys of a file that hides the system's. Pure."""
    return {"Type": "Application", "Name": "Vectray", "Exec": "vectray tray", "Hidden": "true"}


def why_off(entry: Mapping[str, str], command: Sequence[str], *, environment: Mapping[str, str]) -> str:
    """Return why a desktop would not start an entry, in one sentence; empty if it would."""
    desktops = set(filter(None, environment.get("XDG_CURRENT_DESKTOP", "").split(":")))
    only, never = (set(filter(None, entry.get(key, "").split(";"))) for key in ("OnlyShowIn", "NotShowIn"))
    if entry.get("Hidden") == "true":
        return "It is switched off there (Hidden)."
    if entry.get("X-GNOME-Autostart-enabled") == "false":
        return "It is switched off there (X-GNOME-Autostart-enabled)."
    if entry.get("Type") != "Application" or not command:
        return "It starts nothing."
    if desktops & never or (only and not desktops & only):
        return "It is meant for other desktops."
    programs = filter(None, (entry.get("TryExec"), program_of(command)))
    gone = (program for program in programs if not is_there(program, environment))
    return next((f"What it starts is gone: {program}." for program in gone), "")
