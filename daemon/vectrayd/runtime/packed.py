"""The forward pass without padding.

The tokens of all texts of a slice stand in one row. Everything but attention works token by token and does not notice; attention runs
once for each run of texts of equal length, as one batch. transformers lets a program register its own attention function, so no
model has to be written for this: whatever takes its attention from that registry can run packed. Whether one does, and computes what it
should, is found out by comparing (`vectrayd.runtime.verification`).
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel

ATTENTION = "vectray_packed"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring texts of equal length in the row."""

    start: int
    count: int
    length: int

    @property
    def stop(self) -> int:
        """One past the last token."""
        return self.start + self.count * self.length


class _ThreadRuns(threading.local):
    """The runs of the row that each thread has in the model; models have no argument that reaches attention in all of them."""

    runs: Sequence[Run] = ()


_current = _ThreadRuns()


def runs_of(lengths: Sequence[int]) -> list[Run]:
    """Return the runs of texts that stand in the row in ascending order of length."""
    runs, at = [], 0
    for length, group in groupby(lengths):
        runs.append(Run(at, sum(1 for _ in group), length))
        at = runs[-1].stop
    return runs


class PackedForward:
    """A transformer and the sentence-transformers modules after it, run on packed texts. May be called by several threads."""

    def __init__(
        self, transformer: PreTrainedModel, modules: Sequence[nn.Module], *, first_position: int
    ) -> None:
        transformer.set_attn_implementation(ATTENTION)
        self._transformer = transformer
        self._modules = tuple(modules)
        self._first_position = first_position

    def __call__(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Run texts of token ids; float32 (n, dimensions), in their order, not yet normalised."""
        order, runs = _order(ids)
        with torch.inference_mode():
            hidden = self._hidden(ids, order, runs)
            vectors = torch.cat([self._finish(hidden[run.start : run.stop], run) for run in runs])
        result = np.empty(vectors.shape, np.float32)
        result[order] = vectors.numpy()
        return result

    def states(self, ids: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """Run texts of token ids; the last hidden states of each before pooling, float32 (tokens, hidden), in their order."""
        order, runs = _order(ids)
        with torch.inference_mode():
            hidden = self._hidden(ids, order, runs).float().numpy()
        parts = np.split(hidden, np.cumsum([len(ids[position]) for position in order])[:-1])
        return [part for _, part in sorted(zip(order, parts, strict=True), key=lambda pair: pair[0])]

    def pooled(self, states: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return what `__call__` would, of texts whose `states` are known."""
        with torch.inference_mode():
            vectors = [self._finish(torch.from_numpy(text), Run(0, 1, len(text))) for text in states]
            return torch.cat(vectors).numpy()

    def _hidden(self, ids: Sequence[Sequence[int]], order: Sequence[int], runs: Sequence[Run]) -> Tensor:
        row = torch.from_numpy(np.concatenate([np.asarray(ids[position], np.int64) for position in order]))
        places = torch.cat([torch.arange(len(ids[position])) for position in order]) + self._first_position
        _current.runs = runs
        try:
            output = self._transformer(input_ids=row[None], position_ids=places[None], attention_mask=None)
        finally:
            _current.runs = ()
        states: Tensor = output[0][0]
        return states

    def _finish(self, hidden: Tensor, run: Run) -> Tensor:
        """Pool one run, float32 from here on: half precision would cost the vector's last digits."""
        features = {
            "token_embeddings": hidden.view(run.count, run.length, -1).float(),
            "attention_mask": torch.ones((run.count, run.length), dtype=torch.long),
        }
        for module in self._modules:
            features = module(features)
        return features["sentence_embedding"]


def _order(ids: Sequence[Sequence[int]]) -> tuple[list[int], list[Run]]:
    order = sorted(range(len(ids)), key=lambda position: len(ids[position]))
    return order, runs_of([len(ids[position]) for position in order])


def _attend(  # noqa: PLR0917 - transformers' signature
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    is_causal: bool | None = None,  # noqa: FBT001 - as above
    **_: object,
) -> tuple[Tensor, None]:
    """Attend within each text: query (1, heads, tokens, dim) to (1, tokens, heads, dim). Every text sees itself and nothing else."""
    del attention_mask  # none is made for this implementation
    causal = bool(getattr(module, "is_causal", False)) if is_causal is None else is_causal
    heads, tokens, size = query.shape[1], query.shape[2], query.shape[3]
    grouped = key.shape[1] != heads
    out = query.new_empty((1, tokens, heads, size))
    for run in _current.runs:
        attended = functional.scaled_dot_product_attention(
            _by_text(query, run),
            _by_text(key, run),
            _by_text(value, run),
            scale=scaling,
            is_causal=causal,
            enable_gqa=grouped,
        )
        out[0, run.start : run.stop] = attended.transpose(1, 2).reshape(run.stop - run.start, heads, size)
    return out, None


def _by_text(states: Tensor, run: Run) -> Tensor:
    """(1, heads, tokens, dim) to the run's (count, heads, length, dim)."""
    heads, size = states.shape[1], states.shape[3]
    return states[0, :, run.start : run.stop].view(heads, run.count, run.length, size).transpose(0, 1)


def _no_mask(*_: object, **__: object) -> None:
    """Make no mask: runs keep texts apart."""


AttentionInterface.register(ATTENTION, _attend)
AttentionMaskInterface.register(ATTENTION, _no_mask)
