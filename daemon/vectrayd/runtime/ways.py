"""The ways through a model, fastest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import torch

from vectrayd.runtime.device import half_precision


class Engine(StrEnum):
    """Whose code runs the transformer."""

    BERT = "bert"
    """Ours, on rows: `vectrayd.runtime.bert`."""
    REGISTERED = "registered"
    """That of transformers, on rows: `vectrayd.runtime.registered`."""
    PLAIN = "plain"
    """That of sentence-transformers, on padded batches: `vectrayd.runtime.reference`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a model is run."""

    engine: Engine
    dtype: torch.dtype

    @property
    def precision(self) -> str:
        """The type's name without its library's."""
        return str(self.dtype).removeprefix("torch.")

    @property
    def name(self) -> str:
        """What a finding calls it."""
        return f"{self.engine}-{self.precision}"


PLAIN = Way(engine=Engine.PLAIN, dtype=torch.float32)


def fast_ways(device: torch.device, *, exact: bool = False) -> list[Way]:
    """Return the ways that are worth trying on `device`; `exact` ones compute in single precision throughout."""
    if device.type == "mps":
        return []
    half = None if exact else half_precision(device)
    precisions = [torch.float32] if half is None else [half, torch.float32]
    return [
        Way(engine=engine, dtype=dtype) for dtype in precisions for engine in (Engine.BERT, Engine.REGISTERED)
    ]


def way_named(name: object, ways: Iterable[Way]) -> Way | None:
    """Return the one of `ways` that `name` means, None if there is none."""
    return next((way for way in (*ways, PLAIN) if way.name == name), None)
