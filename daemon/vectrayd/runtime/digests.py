"""SHA-256 of large files, computed once.

A digest holds as long as the file's size, times and inode do. The time of the last change of an inode cannot be set by hand, so a file that
was written to does not look the same; one that was written to in the last moments may, and is digested anew each time (git knows the
trouble as racy timestamps).
"""

import hashlib
import time
from pathlib import Path

from vectrayd.runtime.remembered import Remembered

SETTLED_SECONDS = 2.0
"""The coarsest timestamps of a file system in use are FAT's."""


class Digests:
    """Digests of files, remembered on this machine."""

    def __init__(self, remembered: Remembered, *, settled_seconds: float = SETTLED_SECONDS) -> None:
        self._remembered = remembered
        self._settled_seconds = settled_seconds

    def __call__(self, file: Path) -> str:
        """Return the hexadecimal SHA-256 of `file`.

        Raises:
            OSError: it cannot be read.

        """
        state = file.stat()
        seen = [state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino, state.st_dev]
        key = f"digest of {file.absolute()}"
        kept = self._remembered.read(key)
        if kept.get("seen") == seen and isinstance(kept.get("sha256"), str):
            return str(kept["sha256"])
        digest = digest_of(file)
        if time.time() - state.st_ctime > self._settled_seconds:
            self._remembered.write(key, {"seen": seen, "sha256": digest})
        return digest


def digest_of(file: Path) -> str:
    """Return the hexadecimal SHA-256 of `file`, read anew.

    Raises:
        OSError: it cannot be read.

    """
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
