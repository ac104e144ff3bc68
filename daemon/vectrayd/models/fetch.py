"""Fetch a model from a hub into a folder: `python -m vectrayd.models.fetch`, started by a pull and by nobody else.

An order comes on standard input, as one line of JSON; news go to standard output, as lines of JSON. When standard input ends, nobody
wants the model any more, and the process ends too; what was fetched stays for the next attempt.
"""

import errno
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import urllib.error
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from vectrayd.domain.lifeline import end_with_input
from vectrayd.models.download import UNFINISHED, Corrupt, download, get
from vectrayd.models.hub import PICKLED_HEADS, PICKLED_WEIGHTS, NotAModel, Snapshot, snapshot_of, wanted
from vectrayd.models.manifest import write_manifest

_FREE_BYTES = 256 * 1024 * 1024
"""That are left on the disk for everybody else."""


_DISK_FAULTS = frozenset({errno.EACCES, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.ENOSPC, errno.EROFS})


class CannotFetch(Exception):
    """The message is one sentence for a person."""


def main() -> None:
    """Carry out the order; the last line has `done` or `error`."""
    order = json.loads(sys.stdin.readline())
    end_with_input()
    try:
        fetch(
            order["repository"],
            Path(order["folder"]),
            endpoint=order["endpoint"].rstrip("/"),
            token=order["token"],
        )
    except CannotFetch as error:
        _tell(error=str(error))
    else:
        _tell(done=True)


def fetch(repository: str, folder: Path, *, endpoint: str, token: str) -> None:
    """Make `folder` a whole model: fetched, without pickles, listed with digests, on the disk.

    Raises:
        CannotFetch: it could not be.

    """
    host = urlsplit(endpoint).hostname or endpoint
    try:
        _tell(activity=f"asking {host} for {repository}")
        with get(
            f"{endpoint}/api/models/{quote(repository)}/revision/main?blobs=true", token=token
        ) as answer:
            snapshot = wanted(snapshot_of(json.load(answer)))
        _remove_strays(snapshot, folder)
        _check_space(snapshot, folder)
        _tell(total=snapshot.size, activity=f"fetching from {host}")
        for file in snapshot.files:
            address = f"{endpoint}/{quote(repository)}/resolve/{snapshot.revision}/{quote(file.path)}"
            download(file, address, folder, token=token)
    except NotAModel as error:
        raise CannotFetch(f"{repository} {error}.") from error
    except Corrupt as error:
        raise CannotFetch(f"{host} sends a damaged {error} of {repository}.") from error
    except urllib.error.HTTPError as error:
        raise CannotFetch(_refusal(error, repository, host)) from error
    except OSError as error:
        raise CannotFetch(_failure(error, host)) from error
    except (ValueError, http.client.HTTPException) as error:
        raise CannotFetch(f"{host} does not answer as a model hub does.") from error
    _finish(snapshot, repository, folder)


def _finish(snapshot: Snapshot, repository: str, folder: Path) -> None:
    pickles = [name for name in (PICKLED_WEIGHTS, *PICKLED_HEADS) if (folder / name).is_file()]
    if pickles:
        _tell(activity="making its weights safe to open")
        command = [sys.executable, "-P", "-m", "vectrayd.runtime.unpickling", str(folder), *pickles]
        # The pipe is what it lives by.
        converter = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=sys.stderr)  # noqa: S603 - this very program
        if converter.wait():
            raise CannotFetch(f"The weights of {repository} could not be made safe to open.")
    _tell(activity="checking")
    try:
        for file in folder.rglob("*"):
            _to_disk(file)
        write_manifest(folder, repository=repository, revision=snapshot.revision)
    except OSError as error:
        raise CannotFetch(_failure(error, "the disk")) from error


def _remove_strays(snapshot: Snapshot, folder: Path) -> None:
    """Remove what an attempt at another revision left."""
    known = {folder / file.path for file in snapshot.files}
    for path in folder.rglob("*"):
        if path.is_file() and path.with_name(path.name.removesuffix(UNFINISHED)) not in known:
            path.unlink()


def _check_space(snapshot: Snapshot, folder: Path) -> None:
    have = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    # Weights that must be converted are on the disk twice for a moment.
    twice = sum(file.size for file in snapshot.files if file.path == PICKLED_WEIGHTS)
    needed = max(0, snapshot.size - have) + twice + _FREE_BYTES
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise CannotFetch(f"It needs {_gigabytes(needed)} on the disk, and there are {_gigabytes(free)}.")


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:.1f} GB"


def _refusal(error: urllib.error.HTTPError, repository: str, host: str) -> str:
    code = error.headers.get("X-Error-Code", "") if error.headers else ""
    if error.code == 404 or code == "RepoNotFound":  # noqa: PLR2004 - HTTP's
        return f"{host} has no model {repository}."
    if error.code in {401, 403}:
        return (
            f"{host} gives {repository} only to those who accepted its terms there: do so, and set HF_TOKEN."
        )
    return f"{host} refuses to send {repository} (HTTP {error.code})."


def _failure(error: OSError, host: str) -> str:
    if error.errno in _DISK_FAULTS:
        return f"The disk does not take it ({error.strerror}); what was fetched is kept."
    if isinstance(getattr(error, "reason", None), ssl.SSLError):
        return f"{host} cannot prove that it is {host} (its certificate is not trusted here)."
    return f"{host} cannot be reached, or the connection breaks; what was fetched is kept. A mirror can be set as `hub`."


def _to_disk(file: Path) -> None:
    """See to it that a power cut after the folder got its name cannot leave an empty file in it."""
    if file.is_file():
        with file.open("rb+") as stream:
            os.fsync(stream.fileno())


def _tell(**news: Any) -> None:  # noqa: ANN401 - what JSON can say
    sys.stdout.write(json.dumps(news) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
