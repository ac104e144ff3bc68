"""Does the fast way compute what the plain way computes? Found out once on a machine, and remembered there.

The fast way leans on parts of torch and transformers that may change between releases and do not fit every architecture. So before it
is used, eight texts are run both ways. What was found holds for the same model, releases and processor.
"""

import hashlib
import json
import platform
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import transformers
from numpy.typing import NDArray

from vectrayd.runtime.prepacked import multiplies_bfloat16

LEAST_COSINE = {torch.float32: 0.99999, torch.bfloat16: 0.999}
"""Between the two ways, for each text. Measured over 128 texts with the shipped models, at least 0.9999998 and 0.99988."""

SAMPLES: Sequence[str] = (
    "",
    "?",
    "tide",
    "潮汐",
    "The tide rises and falls twice a day because the moon pulls on the water.",
    "月球的引力牵动海水，潮汐因此每天涨落两次；满月和新月时，太阳的引力与之叠加，形成大潮。",
    "def rises(moon, water):  # 返回 True 表示涨潮\n    return moon.pull(water) > 0.5",
    "The harbour master writes the height of the water into his book every hour, 每小时一次，从不间断。 "
    * 60,
)
"""Short and long, in both languages; the last is longer than most windows."""


def agree(fast: NDArray[np.float32], plain: NDArray[np.float32], dtype: torch.dtype) -> bool:
    """Whether two sets of vectors, (n, dimensions), not normalised, are the same for all purposes."""
    lengths = np.linalg.norm(fast, axis=1) * np.linalg.norm(plain, axis=1)
    cosines = (fast * plain).sum(axis=1) / lengths
    return bool(np.isfinite(cosines).all() and cosines.min() >= LEAST_COSINE[dtype])


class Findings:
    """What was found out earlier on this machine, a small file a model."""

    def __init__(self, folder: Path, model: str) -> None:
        """`model` is any digest of the model's files."""
        circumstances = [model, torch.__version__, transformers.__version__, _processor()]
        name = hashlib.sha256("\n".join(circumstances).encode()).hexdigest()
        self._file = folder / f"{name}.json"

    def read(self) -> str | None:
        """Return the name of the way that was found to be right; None if nothing was found out yet."""
        try:
            found = json.loads(self._file.read_text("utf-8"))["way"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return found if isinstance(found, str) else None

    def write(self, way: str) -> None:
        """Remember the way. A disk that does not take it costs the next start a second, and nothing else."""
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            unfinished = self._file.with_suffix(".unfinished")
            unfinished.write_text(json.dumps({"way": way}), "utf-8")
            unfinished.replace(self._file)
        except OSError:
            return


def _processor() -> str:
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{platform.machine()} {platform.processor()} {capability} {multiplies_bfloat16()}"
