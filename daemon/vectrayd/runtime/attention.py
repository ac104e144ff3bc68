"""Attention over a row of texts: every text sees itself and nothing else.

Texts of equal length stand next to each other and are attended to in one call, so that nothing is padded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor
from torch.nn import functional

from vectrayd.runtime.prepacked import multiplies_matrices
from vectrayd.runtime.row import Row, Run

_LEAST_BLOCK = 64
"""A guess: with fewer tokens the calls would cost more than the scores that they save."""
_HALF = frozenset({torch.bfloat16, torch.float16})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a token sees of its own text."""

    scale: float | None = None
    """What scores are multiplied by; None for one over the root of the head's size."""
    causal: bool = False
    """Only itself and what came before."""
    window: int | None = None
    """Only what is less than so many tokens away. transformers hands the same number to every attention function."""


def attention_type(dtype: torch.dtype, device: torch.device) -> torch.dtype:
    """Return the type in which attention is fastest for states of `dtype`. A processor without matrix units takes half precision apart for
    every score: single precision takes a fifth less, long texts or short, and a third less for a query.
    """
    is_slow = device.type == "cpu" and dtype in _HALF and not multiplies_matrices()
    return torch.float32 if is_slow else dtype


def attend(query: Tensor, key: Tensor, value: Tensor, row: Row, sight: Sight) -> Tensor:
    """Attend within each text: (tokens, heads, size) to the same. Keys and values may have fewer heads, each for several of the query's."""
    if query.is_cuda and query.dtype in _HALF:
        return _attend_on_cuda(query, key, value, row, sight)
    parts = [_run(_by_text(query, run), _by_text(key, run), _by_text(value, run), sight) for run in row.runs]
    rows = [part.transpose(1, 2).flatten(0, 1) for part in parts]
    return rows[0] if len(rows) == 1 else torch.cat(rows)


def _attend_on_cuda(query: Tensor, key: Tensor, value: Tensor, row: Row, sight: Sight) -> Tensor:
    """All texts in one call. Not yet run on such a device."""
    from torch.nn.attention.varlen import varlen_attn  # noqa: PLC0415 - torch has it since 2.10, and only CUDA needs it

    back = -1 if sight.window is None else sight.window - 1
    attended = varlen_attn(
        query.contiguous(),
        key.contiguous(),
        value.contiguous(),
        row.bounds,
        row.bounds,
        row.longest,
        row.longest,
        scale=sight.scale,
        window_size=(back, 0 if sight.causal else back),
        enable_gqa=key.shape[1] != query.shape[1],
    )
    return cast("Tensor", attended)  # a pair only when auxiliary outputs are asked for


def _by_text(states: Tensor, run: Run) -> Tensor:
    """(tokens, heads, size) to the run's (count, heads, length, size), without copying."""
    of_run = states[run.start : run.stop]
    return of_run.view(run.count, run.length, *states.shape[1:]).transpose(1, 2)


def _run(query: Tensor, key: Tensor, value: Tensor, sight: Sight) -> Tensor:
    grouped = key.shape[1] != query.shape[1]
    if sight.window is None or sight.window >= query.shape[2]:
        return functional.scaled_dot_product_attention(
            query, key, value, scale=sight.scale, is_causal=sight.causal, enable_gqa=grouped
        )
    parts = [
        functional.scaled_dot_product_attention(
            query[:, :, asking],
            key[:, :, seen],
            value[:, :, seen],
            mask,
            scale=sight.scale,
            enable_gqa=grouped,
        )
        for asking, seen, mask in _blocks(query.shape[2], sight.window, query.device, causal=sight.causal)
    ]
    return torch.cat(parts, dim=2)


def _blocks(
    length: int, window: int, device: torch.device, *, causal: bool
) -> Iterator[tuple[slice, slice, Tensor]]:
    """Cut a text into blocks of tokens; with each, the span that its tokens see some of, and who sees what.

    A block is about as long as the window: work and memory grow with the text's length, not with its square.
    """
    size = max(window, _LEAST_BLOCK)
    for start in range(0, length, size):
        stop = min(length, start + size)
        seen = slice(max(0, start - window + 1), stop if causal else min(length, stop + window - 1))
        distance = torch.arange(start, stop, device=device)[:, None] - torch.arange(
            seen.start, seen.stop, device=device
        )
        mask = distance.abs() < window
        yield slice(start, stop), seen, mask & (distance >= 0) if causal else mask
