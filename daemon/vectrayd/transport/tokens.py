"""The token that opens a TCP door: made once, kept in a file that its user alone can read, compared without telling how far it fits."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from vectrayd.transport.doors import UnsafeDoor

_TOKEN_BYTES = 32
_SHORTEST = 16
"""Characters. Ours have 43; a user may choose one that other programs can be given."""
_LONGEST_FILE_BYTES = 4096
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
"""Opening a named pipe would otherwise wait for somebody who writes."""


class Token:
    """A secret. Its text never shows in a message or a log."""

    def __init__(self, text: str) -> None:
        self._authorization = f"Bearer {text}".encode()

    def fits(self, authorization: str | bytes | None) -> bool:
        """Whether an Authorization header's value is this token's."""
        given = authorization.encode() if isinstance(authorization, str) else authorization or b""
        return secrets.compare_digest(given, self._authorization)


def token_of(file: Path) -> Token:
    """Read the token in `file`, made now if there is none.

    Raises:
        UnsafeDoor: others can read the file, or it holds no token.
        OSError: it can be neither made nor read.

    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        _make(file)
    return Token(_read(file))


def _make(file: Path) -> None:
    # O_EXCL follows no link and takes over no file that somebody else has put there.
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(number, "w", encoding="ascii") as stream:
            stream.write(secrets.token_urlsafe(_TOKEN_BYTES) + "\n")
    except OSError:  # a full disk: half a token would be in the way of a whole one
        file.unlink(missing_ok=True)
        raise


def _read(file: Path) -> str:
    number = os.open(file, os.O_RDONLY | _AT_ONCE)
    try:
        _check_private(file, os.fstat(number))
        text = os.read(number, _LONGEST_FILE_BYTES).strip()
    finally:
        os.close(number)
    if len(text) < _SHORTEST or not text.isascii() or not text.decode("ascii").isprintable() or b" " in text:
        raise UnsafeDoor(f"{file} holds no token: one line of {_SHORTEST} or more visible ASCII characters.")
    return text.decode("ascii")


def _check_private(file: Path, found: os.stat_result) -> None:
    if os.name != "posix":
        return  # Windows: the profile folder's access list already keeps others out
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise UnsafeDoor(f"{file} must be a file of this user that nobody else can read (mode 0600).")
