"""The folder in which models' tokenizers are kept, with what else is to be known of a model while the daemon is away."""

import dataclasses
import json
import os
import tempfile
from pathlib import Path

from vectray_client.domain import EmbeddingModel

_TOKENIZER = ".json"
_MODEL = ".model"


def tokenizer_path(folder: Path, fingerprint: str) -> Path:
    """Return where the tokenizer of a model is kept, in the format of the `tokenizers` library."""
    return folder / f"{fingerprint}{_TOKENIZER}"


def newest_fingerprint(folder: Path) -> str:
    """Return the fingerprint of the tokenizer that was kept last, empty where there is none."""
    files = {file: file.stat().st_mtime_ns for file in folder.glob(f"*{_TOKENIZER}")}
    return max(files, key=files.__getitem__).stem if files else ""


def keep_tokenizer(folder: Path, fingerprint: str, tokenizer: bytes) -> None:
    """Write a tokenizer, whole or not at all: neither another first run nor a power cut leaves half of one.

    Raises:
        OSError: the folder cannot be written to.

    """
    _write_whole(tokenizer_path(folder, fingerprint), tokenizer)


def keep_model(folder: Path, model: EmbeddingModel) -> None:
    """Write beside its tokenizer what is known of a model. Writes nothing if that is there already.

    Raises:
        OSError: the folder cannot be written to.

    """
    if known_model(folder, model.fingerprint) != model:
        _write_whole(folder / f"{model.fingerprint}{_MODEL}", json.dumps(dataclasses.asdict(model)).encode())


def known_model(folder: Path, fingerprint: str) -> EmbeddingModel | None:
    """Return a model whose tokenizer is kept; None if it is not, or nothing intelligible stands beside it."""
    try:
        kept = json.loads((folder / f"{fingerprint}{_MODEL}").read_bytes())
        model = EmbeddingModel(**kept)
    except (OSError, ValueError, TypeError):
        return None
    return model if tokenizer_path(folder, fingerprint).is_file() else None


def _write_whole(target: Path, content: bytes) -> None:
    folder = target.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.stem}.", suffix=".unfinished", dir=folder)
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
    except OSError:
        unfinished.unlink(missing_ok=True)
        # Windows replaces no file that is open: then another program was faster, with the same content.
        if not target.is_file():
            raise
