"""The file that holds what was chosen. Several programs write it, each what it was told."""

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from vectray.places import make_private
from vectray_client.domain import Fault
from vectray_client.preferences.choices import Preferences, check_choices, preferences_in

_LOCK_SECONDS = 5.0
"""Others write for milliseconds."""
_MOST_BYTES = 100_000
"""Hundreds of times what is ever written: what is larger is something else."""


class NotKept(Fault):
    """What was chosen cannot be written down."""


class _Damaged(Exception):
    """The file holds no settings; the message says why."""


def read_preferences(file: Path) -> Preferences:
    """Return what was chosen; `fault` says why nothing is known where the file cannot be understood."""
    try:
        return preferences_in(_kept_in(file))
    except _Damaged as damage:
        return Preferences(fault=f"The settings in {file.name} cannot be read, so nothing is set: {damage}.")


def keep_preferences(file: Path, changes: Mapping[str, str]) -> Preferences:
    """Write down what was chosen, by the names and words of `choices.SETTINGS`, and return all that holds now.

    Whatever else the file holds stays, and so does a file that cannot be understood, beside the new one.

    Raises:
        WrongChoice: that cannot be chosen.
        NotKept: it cannot be written.

    """
    check_choices(changes)
    from filelock import FileLock, Timeout  # noqa: PLC0415 - reading needs none

    try:
        make_private(file.parent)
        with FileLock(f"{file}.lock", timeout=_LOCK_SECONDS, mode=0o600):
            kept = {**_kept_or_set_aside(file), **changes}
            _write(file, kept)
    except Timeout:
        raise NotKept("The settings cannot be kept: another program is writing them.") from None
    except OSError as error:
        raise NotKept(f"The settings cannot be kept: {error.strerror or error}.") from None
    return preferences_in(kept)


def _kept_or_set_aside(file: Path) -> Mapping[str, object]:
    try:
        return _kept_in(file)
    except _Damaged:
        file.replace(file.with_name(f"{file.name}.damaged"))
        return {}


def _kept_in(file: Path) -> Mapping[str, object]:
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise _Damaged("it is too large")
        kept = json.loads(content)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _Damaged(error.strerror or type(error).__name__) from None
    except (ValueError, RecursionError):  # of JSON, and of UTF-8
        raise _Damaged("it is not JSON") from None
    if not isinstance(kept, dict):
        raise _Damaged("it is not a JSON object")
    return kept


def _write(file: Path, kept: Mapping[str, object]) -> None:
    """Put the new content in the old one's place at one stroke."""
    handle, draft = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(kept, stream, ensure_ascii=False, indent=2)
            stream.write("\n")
            stream.flush()
            os.fsync(stream.fileno())
        Path(draft).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(draft).unlink()
        raise
