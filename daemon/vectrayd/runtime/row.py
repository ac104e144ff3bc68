"""Texts in one row: their tokens one after another, shortest text first, with nothing between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vectrayd.runtime.device import to_device


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What a transformer gets to see of some texts. All tensors lie on the model's device."""

    ids: Tensor
    """Token ids, int64 (tokens)."""
    places: Tensor
    """Each token's place in its own text, from 0; int64 (tokens)."""
    lengths: Tensor
    """Of each text in the row; int64 (texts)."""
    bounds: Tensor
    """Where each text begins, and at last where the row ends; int32 (texts + 1)."""
    sides: Tensor | None
    """Which side of a pair each token belongs to, int64 (tokens); None where all of them are of the first."""
    runs: tuple[Run, ...]
    order: tuple[int, ...]
    """Which of the given texts stands where."""

    @property
    def longest(self) -> int:
        """The tokens of the longest text."""
        return self.runs[-1].length


def row_of(
    ids: Sequence[Sequence[int]], device: torch.device, *, sides: Sequence[Sequence[int]] | None = None
) -> Row:
    """Put texts of token ids, at least one and none empty, into a row; `sides` has a number for each id of a pair."""
    order = sorted(range(len(ids)), key=lambda position: len(ids[position]))
    lengths = np.array([len(ids[position]) for position in order])
    bounds = np.concatenate([[0], np.cumsum(lengths)])
    return Row(
        ids=to_device(_in_row(ids, order), device),
        places=to_device(np.arange(bounds[-1]) - np.repeat(bounds[:-1], lengths), device),
        lengths=to_device(lengths, device),
        bounds=to_device(bounds.astype(np.int32), device),
        sides=to_device(_in_row(sides, order), device) if sides and any(map(any, sides)) else None,
        runs=tuple(runs_of(lengths.tolist())),
        order=tuple(order),
    )


def _in_row(numbers: Sequence[Sequence[int]], order: Sequence[int]) -> NDArray[np.int64]:
    return np.concatenate([np.asarray(numbers[position], np.int64) for position in order])


def runs_of(lengths: Sequence[int]) -> list[Run]:
    """Return the runs of texts that stand in the row in ascending order of length."""
    runs, at = [], 0
    for length, group in groupby(lengths):
        runs.append(Run(at, sum(1 for _ in group), length))
        at = runs[-1].stop
    return runs
