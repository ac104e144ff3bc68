"""The forward pass without padding.

The tokens of all texts of a slice stand in one row. Everything but attention works token by token and does not notice; attention keeps
the texts apart (`vectrayd.runtime.attention`).
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vectrayd.runtime.device import own_stream, to_device, to_host
from vectrayd.runtime.pooling import Head
from vectrayd.runtime.row import Row, row_of


class RowTransformer(Protocol):
    """A transformer that knows rows: our own, or one of transformers'."""

    def __call__(self, row: Row) -> Tensor:
        """Return the last hidden states, (tokens, hidden), of any type of floating point."""
        ...


class PackedForward:
    """A transformer and what makes one vector of its states. May be called by several threads."""

    def __init__(self, transformer: RowTransformer, head: Head, device: torch.device) -> None:
        self._transformer = transformer
        self._head = head
        self._device = device

    def __call__(
        self, ids: Sequence[Sequence[int]], sides: Sequence[Sequence[int]] | None = None
    ) -> NDArray[np.float32]:
        """Run texts of token ids, or pairs of them with the `sides` of each; float32 (n, dimensions), in their order, not yet normalised."""
        with torch.inference_mode(), own_stream(self._device):
            row = row_of(ids, self._device, sides=sides)
            return _as_given(to_host(self._head(self._transformer(row), row)), row)

    def states(self, ids: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """Return each text's last hidden states before pooling, float32 (tokens, hidden), in the texts' order."""
        with torch.inference_mode(), own_stream(self._device):
            row = row_of(ids, self._device)
            states = to_host(self._transformer(row).float())
        in_row = dict(zip(row.order, np.split(states, row.bounds[1:-1].tolist()), strict=True))
        return [in_row[position] for position in range(len(ids))]

    def pooled(self, states: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return what `__call__` would, of texts whose `states` are known."""
        with torch.inference_mode(), own_stream(self._device):
            row = row_of(
                [range(len(text)) for text in states], self._device
            )  # only lengths matter from here on
            joined = to_device(np.concatenate([states[position] for position in row.order]), self._device)
            return _as_given(to_host(self._head(joined, row)), row)


def _as_given(vectors: NDArray[np.float32], row: Row) -> NDArray[np.float32]:
    """Put the vectors of a row back into its texts' order."""
    result = np.empty_like(vectors)
    result[list(row.order)] = vectors
    return result
