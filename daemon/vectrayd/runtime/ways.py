"""The ways through a model, fastest first."""

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


def fast_ways(device: torch.device) -> list[Way]:
    """Return the ways that are worth trying on `device`."""
    if device.type == "mps":
        return []
    half = half_precision(device)
    precisions = [torch.float32] if half is None else [half, torch.float32]
    return [
        Way(engine=engine, dtype=dtype) for dtype in precisions for engine in (Engine.BERT, Engine.REGISTERED)
    ]


def way_named(name: object, device: torch.device) -> Way | None:
    """Return the way that `name` means on `device`, None if there is none."""
    return next((way for way in (*fast_ways(device), PLAIN) if way.name == name), None)
