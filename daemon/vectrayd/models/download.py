"""One file over HTTP into one file on disk: taken up where it broke off, and known to be what was promised.

The hub's own library begins a file anew in every process; a model has gigabytes, and lines break.
"""

import hashlib
import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from vectrayd import __version__
from vectrayd.models.hub import HubFile

_PROGRAM = f"vectray/{__version__}"
_TIMEOUT_SECONDS = 30
_CHUNK_BYTES = 1024 * 1024
_MOST_FRUITLESS_ATTEMPTS = 5
"""In a row, without a single byte more."""
UNFINISHED = ".part"
"""Ends the names of files that are not whole yet."""

_PARTIAL_CONTENT = 206
_NETWORK_FAULTS = (
    http.client.HTTPException,
    urllib.error.URLError,
    ssl.SSLError,
    ConnectionError,
    TimeoutError,
)


class Corrupt(Exception):
    """A file is not what the hub says it is, however often it is fetched. The message is the file's name."""


def get(address: str, *, token: str, headers: Mapping[str, str] | None = None) -> http.client.HTTPResponse:
    """Open `address`. The token goes to its host alone, not to where that redirects: hubs keep large files elsewhere.

    Raises:
        OSError: it cannot be; urllib.error.HTTPError where the host says why.

    """
    request = urllib.request.Request(address, headers={"User-Agent": _PROGRAM, **(headers or {})})  # noqa: S310 - checked when a pull begins
    if token:
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    response: http.client.HTTPResponse = urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS)  # noqa: S310 - as above
    return response


def download(
    file: HubFile,
    address: str,
    folder: Path,
    *,
    token: str = "",
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Fetch `file` into `folder`, unless it is there already.

    Raises:
        OSError: it cannot be fetched, or not be written.
        Corrupt: what comes is something else.

    """
    target = folder / file.path
    if target.is_file() and _is_right(file, target):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + UNFINISHED)
    for _ in range(2):  # what was there of an earlier attempt may be of another revision
        _complete(unfinished, file.size, address, token, sleep)
        if _is_right(file, unfinished):
            unfinished.replace(target)
            return
        unfinished.unlink()
    raise Corrupt(file.path)


def _complete(unfinished: Path, size: int, address: str, token: str, sleep: Callable[[float], None]) -> None:
    """Fetch until the file has `size` bytes."""
    fruitless = 0
    while (have := _size(unfinished)) < size:
        try:
            _append(unfinished, address, token)
        except _NETWORK_FAULTS as error:
            if not _may_pass(error):
                raise
        fruitless = 0 if _size(unfinished) > have else fruitless + 1
        if fruitless == _MOST_FRUITLESS_ATTEMPTS:
            raise ConnectionError("the connection breaks off again and again")
        if fruitless:
            sleep(2.0 ** (fruitless - 1))


def _append(unfinished: Path, address: str, token: str) -> None:
    have = _size(unfinished)
    asked = {"Range": f"bytes={have}-"} if have > 0 else {}
    with get(address, token=token, headers={**asked, "Accept-Encoding": "identity"}) as response:
        # A server that ignores the range begins at the beginning.
        goes_on = response.status == _PARTIAL_CONTENT
        with unfinished.open("ab" if goes_on else "wb") as stream:
            while chunk := response.read1(_CHUNK_BYTES):
                stream.write(chunk)
                stream.flush()  # the size on disk is the progress that others see


def _size(file: Path) -> int:
    """Its size in bytes, -1 if it is not there."""
    return file.stat().st_size if file.is_file() else -1


def _may_pass(error: Exception) -> bool:
    if isinstance(error, urllib.error.HTTPError):
        return error.code in {408, 429} or error.code >= 500  # noqa: PLR2004 - HTTP's server errors
    return not isinstance(error, urllib.error.URLError) or isinstance(
        error.reason, ConnectionError | TimeoutError
    )


def _is_right(file: HubFile, path: Path) -> bool:
    if path.stat().st_size != file.size:
        return False
    with path.open("rb") as stream:
        if file.sha256:
            return hashlib.file_digest(stream, "sha256").hexdigest() == file.sha256
        blob = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
        while chunk := stream.read(_CHUNK_BYTES):
            blob.update(chunk)
        return not file.git_blob or blob.hexdigest() == file.git_blob
