"""A model's weights, mapped into memory from its safetensors files: what is not read takes none."""

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open
from torch import Tensor


def read_weights(folder: Path) -> dict[str, Tensor]:
    """Return the tensors in `folder` by name. They stay parts of the files, which must not be written to meanwhile.

    Raises:
        OSError: there are none.
        ValueError: a file is damaged.

    """
    found: dict[str, Tensor] = {}
    try:
        for file in _files(folder):
            with safe_open(file, framework="pt") as tensors:
                found |= {name: tensors.get_tensor(name) for name in tensors.keys()}  # noqa: SIM118 - not a mapping
    except SafetensorError as cause:
        raise ValueError("a file of weights is damaged") from cause
    return found


def _files(folder: Path) -> list[Path]:
    index = folder / "model.safetensors.index.json"
    if not index.is_file():
        return [folder / "model.safetensors"]
    return [
        folder / name for name in sorted(set(json.loads(index.read_text("utf-8"))["weight_map"].values()))
    ]
