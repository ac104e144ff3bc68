"""What a model is, read from its folder: everything in it that decides a vector, and nothing that does not."""

import json
from collections.abc import Callable
from pathlib import Path

from vectrayd.runtime.digests import digest_of
from vectrayd.runtime.modules import listed_modules, reading

_COSMETIC = frozenset({"_name_or_path", "transformers_version", "__version__", "dtype", "torch_dtype"})
"""Where and by which release a file was written, and the type that its numbers are stored in."""


def identity(folder: Path, digest: Callable[[Path], str] = digest_of) -> dict[str, object]:
    """Return the digests and settings that make up the model in `folder`; `digest` gives a file's SHA-256.

    Raises:
        ModelUnavailable: a file is missing or cannot be read.

    """
    modules = listed_modules(folder)
    transformer = modules[0].folder
    with reading():
        return {
            "weights": {
                file.relative_to(folder).as_posix(): digest(file)
                for file in sorted(folder.rglob("*.safetensors"))
            },
            "tokenizer": digest(transformer / "tokenizer.json"),
            "architecture": _settings(transformer / "config.json"),
            "modules": [
                [one.type, _settings(one.folder / "config.json")] for one in modules if one.folder != folder
            ],
        }


def _settings(file: Path) -> dict[str, object]:
    settings: dict[str, object] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return {key: value for key, value in settings.items() if key not in _COSMETIC}
