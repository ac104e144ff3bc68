"""The folder in which models' tokenizers are kept, one file each, named for the model's fingerprint."""

import os
import tempfile
from pathlib import Path

_SUFFIX = ".json"


def tokenizer_path(folder: Path, fingerprint: str) -> Path:
    """Return where the tokenizer of a model is kept, in the format of the `tokenizers` library."""
    return folder / f"{fingerprint}{_SUFFIX}"


def newest_fingerprint(folder: Path) -> str:
    """Return the fingerprint of the tokenizer that was kept last, empty where there is none."""
    files = {file: file.stat().st_mtime_ns for file in folder.glob(f"*{_SUFFIX}")}
    return max(files, key=files.__getitem__).stem if files else ""


def keep_tokenizer(folder: Path, fingerprint: str, json: bytes) -> None:
    """Write a tokenizer, whole or not at all: neither another first run nor a power cut leaves half of one.

    Raises:
        OSError: the folder cannot be written to.

    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = tokenizer_path(folder, fingerprint)
    handle, name = tempfile.mkstemp(prefix=f".{fingerprint}.", suffix=".unfinished", dir=folder)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(json)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
    except OSError:
        unfinished.unlink(missing_ok=True)
        # Windows replaces no file that is open: another program was faster, with the same tokenizer.
        # Windows replaces no file that is open: then another program was faster, with the same tokenizer.
        if not target.is_file():
            raise
