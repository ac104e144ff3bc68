"""What a model is, read from its folder: everything in it that decides a vector, and nothing that does not."""

import json
from collections.abc import Callable
from pathlib import Path

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.runtime.digests import digest_of

_COSMETIC = frozenset({"_name_or_path", "transformers_version", "__version__", "dtype", "torch_dtype"})
"""Where and by which release a file was written, and the type that its numbers are stored in."""


def identity(folder: Path, digest: Callable[[Path], str] = digest_of) -> dict[str, object]:
    """Return the digests and settings that make up the model in `folder`; `digest` gives a file's SHA-256.

    Raises:
        ModelUnavailable: a file is missing or cannot be read.

    """
    try:
        modules = _modules(folder)
        transformer = folder / modules[0][1]
        return {
            "weights": {
                file.relative_to(folder).as_posix(): digest(file)
                for file in sorted(folder.rglob("*.safetensors"))
            },
            "tokenizer": digest(transformer / "tokenizer.json"),
            "architecture": _settings(transformer / "config.json"),
            "modules": [[kind, _settings(folder / path / "config.json")] for kind, path in modules if path],
        }
    except FileNotFoundError as cause:
        missing = Path(str(cause.filename)).name
        raise ModelUnavailable(f"The model's folder has no {missing}.") from cause
    except (OSError, ValueError, KeyError, TypeError, IndexError) as cause:
        raise ModelUnavailable(f"The model's folder cannot be read ({type(cause).__name__}).") from cause


def _modules(folder: Path) -> list[tuple[str, str]]:
    """Type and folder of each sentence-transformers module; the folder is "" for one that lies beside the list."""
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    return [(module["type"], module["path"]) for module in modules]


def _settings(file: Path) -> dict[str, object]:
    settings: dict[str, object] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {key: value for key, value in settings.items() if key not in _COSMETIC}
