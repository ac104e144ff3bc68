"""A file that a command is told to write: whole or not at all, and known to be writable before the work begins."""

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from vectray_client.domain import Fault


class BadOutput(Fault):
    """The file cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """Where the output goes."""

    path: Path
    """Behind all links, if it is a regular file or is to become one."""
    mode: int | None
    """Permissions of the file that is replaced; None for a new one."""
    is_stream: bool
    """A pipe or a device: written to as it is."""


def output_file(name: str) -> OutputFile:
    """Look at what a path leads to.

    Raises:
        BadOutput: it leads to a directory, into none, or to what this user may not write.

    """
    try:
        found = os.stat(name)  # noqa: PTH116 - the name as it was given: `Path("")` would be the current directory
    except FileNotFoundError:
        if not name:
            raise BadOutput("The name of the output file is empty.") from None
        return _new_file(Path(name).resolve())
    except OSError as error:
        raise BadOutput(f"{name} cannot be written: {error.strerror}.") from None
    if stat.S_ISDIR(found.st_mode):
        raise BadOutput(f"{name} is a directory.")
    if not os.access(name, os.W_OK):
        raise BadOutput(f"{name} cannot be written: Permission denied.")
    if not stat.S_ISREG(found.st_mode):
        return OutputFile(path=Path(name), mode=None, is_stream=True)
    path = Path(name).resolve()
    _check_folder(path.parent)
    return OutputFile(path=path, mode=stat.S_IMODE(found.st_mode), is_stream=False)


def write(target: OutputFile, data: bytes) -> None:
    """Write `data`: into a pipe or device as it is, else all of it or nothing.

    Raises:
        OSError: it cannot be written; what was there before still is.

    """
    if target.is_stream:
        target.path.write_bytes(data)
        return
    unfinished = target.path.with_name(f".vectray-{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as stream:
            stream.write(data)
        if target.mode is not None:
            unfinished.chmod(target.mode)
        unfinished.replace(target.path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise


def _new_file(path: Path) -> OutputFile:
    _check_folder(path.parent)
    return OutputFile(path=path, mode=None, is_stream=False)


def _check_folder(folder: Path) -> None:
    if not folder.is_dir():
        raise BadOutput(f"There is no folder {folder}.")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BadOutput(f"{folder} cannot be written: Permission denied.")
