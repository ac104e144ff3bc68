"""The list of a pulled model's files with their digests, kept in its folder: what was fetched is what is loaded."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_NAME = "vectray-manifest.json"
_FORMAT = 1


def write_manifest(folder: Path, *, repository: str, revision: str) -> None:
    """List all files in `folder` as they are now."""
    files = {
        path.relative_to(folder).as_posix(): _facts(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    _write(folder, {"format": _FORMAT, "repository": repository, "revision": revision, "files": files})


def changed_file(folder: Path) -> str:
    """Return the name of a file that is not what it was when the list was written; empty if all are, or there is no list.

    Only files whose size or time changed are read again.
    """
    if not (folder / _NAME).exists():
        return ""
    try:
        manifest = json.loads((folder / _NAME).read_text("utf-8"))
        return _changed(folder, manifest)
    except (ValueError, KeyError, TypeError, AttributeError):
        return _NAME


def _changed(folder: Path, manifest: dict[str, Any]) -> str:
    files: dict[str, dict[str, object]] = manifest["files"]
    touched = {name: facts for name, facts in files.items() if _stat(folder / name) != _stat_of(facts)}
    for name, facts in touched.items():
        if not (folder / name).is_file() or digest(folder / name) != facts["sha256"]:
            return name
    if touched:  # copied or restored: the same content at another time
        _write(folder, {**manifest, "files": {**files, **{name: _facts(folder / name) for name in touched}}})
    return ""


def repository_of(folder: Path) -> str:
    """Return the repository that the model in `folder` was fetched from; empty if it was not."""
    try:
        return str(json.loads((folder / _NAME).read_text("utf-8"))["repository"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def digest(file: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write(folder: Path, manifest: Mapping[str, object]) -> None:
    unfinished = folder / f"{_NAME}.new"
    unfinished.write_text(json.dumps(manifest, indent=1), "utf-8")
    unfinished.replace(folder / _NAME)


def _facts(file: Path) -> dict[str, object]:
    size, mtime_ns = _stat(file) or (0, 0)
    return {"sha256": digest(file), "size": size, "mtime_ns": mtime_ns}


def _stat(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _stat_of(facts: Mapping[str, object]) -> tuple[object, object]:
    return facts["size"], facts["mtime_ns"]
