"""Does the fast way compute what the plain way computes? Found out once on a machine, and remembered there.

The fast ways lean on parts of torch and transformers that may change between releases and do not fit every architecture. So before one
is used, eight texts are run both ways. What was found holds for the same model, code, releases and processor.
"""

import hashlib
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from vectrayd.runtime.prepacked import multiplies_bfloat16

LEAST_COSINE = {torch.float32: 0.99999, torch.bfloat16: 0.999, torch.float16: 0.999}
"""Between the two ways, for each text. Measured over 128 texts with the shipped models, at least 0.9999998 and 0.99988."""

_SENTENCE = (
    "The harbour master writes the height of the water into his book every hour, 每小时一次，从不间断。 "
)
_WORDS_IN_SENTENCE = 14
"""At least so many tokens, whatever the tokenizer."""

SAMPLES: Sequence[str] = (
    "",
    "?",
    "tide",
    "潮汐",
    "The tide rises and falls twice a day because the moon pulls on the water.",
    "月球的引力牵动海水，潮汐因此每天涨落两次；满月和新月时，太阳的引力与之叠加，形成大潮。",
    "def rises(moon, water):  # 返回 True 表示涨潮\n    return moon.pull(water) > 0.5",
    _SENTENCE * 60,
)
"""Short and long, in both languages; the last is longer than most windows."""


def samples_for(sliding_window: int) -> Sequence[str]:
    """Return the texts to compare by; the longest reaches well beyond `sliding_window` tokens, where layers lose sight of its beginning."""
    times = max(60, 2 * sliding_window // _WORDS_IN_SENTENCE)
    return (*SAMPLES[:-1], _SENTENCE * times)


MOST_LOGITS_APART = {torch.float32: 0.001, torch.bfloat16: 0.1, torch.float16: 0.1}
"""Between the scores of the two ways for each pair, before the logistic function; where they are large, for each unit of them."""


def agree(fast: NDArray[np.float32], plain: NDArray[np.float32], dtype: torch.dtype) -> bool:
    """Whether two sets of vectors, (n, dimensions), not normalised, are the same for all purposes; of scores, (n, 1), likewise."""
    if plain.shape[1] == 1:
        apart = np.abs(fast - plain) / np.maximum(1, np.abs(plain))
        return bool(np.isfinite(apart).all() and apart.max() <= MOST_LOGITS_APART[dtype])
    lengths = np.linalg.norm(fast, axis=1) * np.linalg.norm(plain, axis=1)
    cosines = (fast * plain).sum(axis=1) / lengths
    return bool(np.isfinite(cosines).all() and cosines.min() >= LEAST_COSINE[dtype])


def circumstances(model: str, device: torch.device, ways: Sequence[str]) -> str:
    """Return a name for what a finding holds for; `model` is any digest of the model's files, `ways` are those that were to choose from."""
    releases = [f"{name} {version(name)}" for name in ("torch", "transformers", "sentence-transformers")]
    return "\n".join([model, str(device), *ways, _processor(), _code(), *releases])


def _code() -> str:
    """A digest of this package: what an earlier release of ours was found to compute says nothing of this one."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in sources)).hexdigest()


def _processor() -> str:
    capability = torch.backends.cpu.get_cpu_capability()
    return f"{platform.machine()} {platform.processor()} {capability} {multiplies_bfloat16()}"
