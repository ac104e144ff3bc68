"""Turn weights that came as pickles into safetensors: `python -m vectrayd.runtime.unpickling FOLDER FILE...`.

Some models, BGE-M3 among them, are published as pickles only. They are opened once, here, by the reader of torch that knows tensors and
nothing else (`weights_only`), in a process that does nothing else; what is kept and loaded ever after is safetensors.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file

from vectrayd.domain.lifeline import end_with_input

_WEIGHTS = "pytorch_model.bin"


def unpickle(file: Path) -> Path:
    """Replace `file` by a safetensors file of the same tensors, and return that.

    Raises:
        Exception: it holds something else; then it stays as it is.

    """
    tensors = torch.load(file, map_location="cpu", weights_only=True)
    # Tensors that share memory are no error of the model's, but cannot be written so.
    separate = {name: tensor.contiguous().clone() for name, tensor in tensors.items()}
    safe = file.with_name("model.safetensors") if file.name == _WEIGHTS else file.with_suffix(".safetensors")
    unfinished = safe.with_name(safe.name + ".new")
    save_file(separate, unfinished, metadata={"format": "pt"})
    unfinished.replace(safe)
    file.unlink()
    return safe


def main(arguments: Sequence[str]) -> None:
    """Convert the files that are named."""
    folder, *names = arguments
    for name in names:
        unpickle(Path(folder) / name)


if __name__ == "__main__":
    end_with_input()
    main(sys.argv[1:])
