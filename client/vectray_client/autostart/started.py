"""What is to start by itself: this installation, as it runs now."""

import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from vectray_client.autostart.standing import NotPossible

TRAY: Final = ("tray", "--background")
"""At login nothing but the icon comes up, also for who has no folder yet."""
AGENT: Final = ("agent",)
HOME: Final = "VECTRAY_HOME"
"""What has to be the same when it is started again; nothing else of the environment is kept."""


def command_of(words: Sequence[str]) -> Sequence[str]:
    """Return the words that start a command of this very installation, wherever they are called.

    Python is told not to look into the folder that it happens to be called in (`-P`), which at login is a person's home.
    """
    if getattr(sys, "frozen", False):  # one program of its own, without Python beside it
        return (sys.executable, *words)
    return (sys.executable, "-P", "-m", "vectray_client", *words)


def kept(environment: Mapping[str, str]) -> Mapping[str, str]:
    """Return the variables that the command must find, by name."""
    home = environment.get(HOME)
    return {HOME: str(Path(home).expanduser().absolute())} if home else {}


def through_env(command: Sequence[str], variables: Mapping[str, str], *, env: str = "env") -> Sequence[str]:
    """Return a command that env(1) starts with these variables.

    Raises:
        NotPossible: env would take the program for a variable.

    """
    if "=" in command[0]:
        raise NotPossible(
            f"{command[0]} has an equals sign in its path, so that it cannot be started by itself."
        )
    return (env, *(f"{name}={value}" for name, value in variables.items()), *command)


def program_of(command: Sequence[str]) -> str:
    """Return the program that a command starts at last: the first word, but for env(1) and its variables. Empty if there is none."""
    words = iter(command)
    first = next(words, "")
    if os.path.basename(first) != "env":  # noqa: PTH119 - a word, which may be no path
        return first
    return next((word for word in words if "=" not in word and not word.startswith("-")), "")


def is_there(program: str, environment: Mapping[str, str]) -> bool:
    """Whether it could be started: a path of something that may be run, or a name that is found on PATH."""
    return bool(program) and shutil.which(program, path=environment.get("PATH", os.defpath)) is not None
