"""What a model can give beside dense vectors: weights of vocabulary entries, and a vector for each token.

The heads are linear layers on the last hidden states, as BGE-M3 has them: "M3-Embedding", Chen et al. 2024, arXiv:2402.03216, section 3.2,
and the code that its authors published (FlagOpen/FlagEmbedding, `inference/embedder/encoder_only/m3.py`), which leaves out the special
tokens of the sparse output and the first token of the multi-vector one.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.options import DENSE_ONLY, OutputKind

SPARSE_FILE = "sparse_linear.safetensors"
MULTI_VECTOR_FILE = "colbert_linear.safetensors"


class Linear(NamedTuple):
    """A layer: states @ weight.T + bias."""

    weight: NDArray[np.float32]
    """(outputs, hidden)."""
    bias: NDArray[np.float32]
    """(outputs,)."""

    def __call__(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        """Apply it to float32 (tokens, hidden): float32 (tokens, outputs)."""
        with np.errstate(invalid="ignore", over="ignore"):  # what is not finite shows later
            return states @ self.weight.T + self.bias


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """The heads that a model has."""

    sparse: Linear | None = None
    """Hidden to 1."""
    multi_vector: Linear | None = None
    """Hidden to the numbers of a token's vector."""

    @property
    def columns(self) -> int:
        """Numbers in the vector of a token; 0 where the model gives none."""
        return len(self.multi_vector.bias) if self.multi_vector else 0

    @property
    def outputs(self) -> frozenset[OutputKind]:
        """All that the model gives."""
        found = {OutputKind.SPARSE: self.sparse, OutputKind.MULTI_VECTOR: self.multi_vector}
        return DENSE_ONLY | {kind for kind, head in found.items() if head}


NO_HEADS = Heads()


def load_heads(folder: Path) -> Heads:
    """Read the heads that stand beside a model's `config.json`: "weight" and "bias" of a linear layer in a file each.

    Raises:
        ModelUnavailable: one of them is no linear layer.

    """
    return Heads(
        sparse=_linear(folder / SPARSE_FILE, outputs=1), multi_vector=_linear(folder / MULTI_VECTOR_FILE)
    )


def token_weights(head: Linear, states: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the weight of each token: relu(W h + b), float32 (tokens,)."""
    return np.maximum(head(states)[:, 0], 0)


def vocabulary_weights(
    ids: NDArray[np.int64], weights: NDArray[np.float32], special_ids: frozenset[int]
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Return the ids of the tokens with a weight, ascending, and the largest weight that each has in the text; special tokens have none.
    `ids` and `weights` are of each token, (tokens,).
    """
    entries, places = np.unique(ids.astype(np.uint32), return_inverse=True)
    largest = np.zeros(len(entries), np.float32)
    np.maximum.at(largest, places, weights)
    kept = (largest > 0) & ~np.isin(entries, list(special_ids))
    return entries[kept], largest[kept]


def _linear(file: Path, *, outputs: int | None = None) -> Linear | None:
    try:
        tensors = load_file(file)
        linear = Linear(tensors["weight"].astype(np.float32), tensors["bias"].astype(np.float32))
    except FileNotFoundError:
        return None
    except (OSError, KeyError, TypeError, SafetensorError) as cause:
        raise ModelUnavailable(f"The model's {file.name} cannot be read ({type(cause).__name__}).") from cause
    fits = linear.weight.ndim == 2 and linear.bias.shape == linear.weight.shape[:1]  # noqa: PLR2004 - a matrix
    if not fits or outputs not in (None, len(linear.bias)):
        raise ModelUnavailable(f"The model's {file.name} is not the linear layer that it should be.")
    return linear
