"""A model folder to an Encoder or a Reranker, by a given way. Never touches the network and runs no code that came with the model.

What a way needs is imported when it is taken: a model of BERT's shape whose finding is remembered needs neither sentence-transformers nor
transformers, which would take longer than everything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from tokenizers import Tokenizer

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.facts import ModelFacts, fingerprint_of
from vectrayd.domain.kinds import ModelKind
from vectrayd.domain.options import DENSE_ONLY
from vectrayd.runtime.bert import Bert
from vectrayd.runtime.device import device_for
from vectrayd.runtime.digests import Digests
from vectrayd.runtime.encoder import Encoder
from vectrayd.runtime.heads import load_heads
from vectrayd.runtime.identity import identity
from vectrayd.runtime.layout import Layout, read_layout
from vectrayd.runtime.packed import PackedForward
from vectrayd.runtime.pairs import PairTokenizer
from vectrayd.runtime.plain import PlainForward
from vectrayd.runtime.pooling import head_of
from vectrayd.runtime.remembered import Remembered
from vectrayd.runtime.reranker import Reranker
from vectrayd.runtime.tokenization import WindowTokenizer
from vectrayd.runtime.ways import Engine, Way
from vectrayd.runtime.weights import read_weights

if TYPE_CHECKING:
    from vectrayd.runtime.registered import Registered


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The model that is to be loaded, and where to."""

    layout: Layout
    identity: Mapping[str, object]
    device: torch.device

    @property
    def tokenizer_file(self) -> Path:
        """The model's own."""
        return self.layout.transformer / "tokenizer.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How a model is best run here."""

    way: Way
    tokenizer_file: Path
    """Either the model's own, or what transformers made of it."""
    fallback_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A model, loaded."""

    forward: PackedForward | PlainForward
    tokenizer: Tokenizer
    layout: Layout
    """Prompts and window as whoever loaded it understands them."""
    dimensions: int


def source_of(folder: Path, findings: Remembered, *, device: str = "") -> Source:
    """Read what is in `folder`, for the device that is wished for.

    Raises:
        ModelUnavailable: the folder is damaged, or there is no such device.

    """
    layout = read_layout(folder)
    return Source(layout=layout, identity=identity(folder, Digests(findings)), device=device_for(device))


def load_by(finding: Finding, source: Source) -> Encoder | Reranker:
    """Load a model in one particular way.

    Raises:
        ModelUnavailable: it cannot be.
        NotPackable: that way does not fit it.

    """
    if finding.way.engine is Engine.PLAIN:
        return _plain(finding, source)
    try:
        forward = PackedForward(
            _transformer(finding.way, source), head_of(source.layout, source.device), source.device
        )
    except (OSError, ValueError, KeyError, RuntimeError) as cause:
        raise ModelUnavailable(f"The model's folder cannot be loaded ({type(cause).__name__}).") from cause
    parts = Parts(
        forward=forward,
        tokenizer=Tokenizer.from_file(str(finding.tokenizer_file)),
        layout=source.layout,
        dimensions=source.layout.dimensions,
    )
    return model_of(parts, finding, source)


def _transformer(way: Way, source: Source) -> "Bert | Registered":
    if way.engine is Engine.BERT:
        return Bert(source.layout, read_weights(source.layout.transformer), way.dtype, source.device)
    from vectrayd.runtime.registered import load_registered  # noqa: PLC0415 - imports transformers, see above

    return load_registered(source.layout, way.dtype, source.device)


def _plain(finding: Finding, source: Source) -> Encoder | Reranker:
    from vectrayd.runtime.reference import load_reference  # noqa: PLC0415 - imports sentence-transformers, see above

    return model_of(load_reference(source.layout, source.device), finding, source)


def model_of(parts: Parts, finding: Finding, source: Source) -> Encoder | Reranker:
    """Put a loaded model together with what is known of it."""
    layout = parts.layout
    tokenizer = WindowTokenizer(parts.tokenizer, max_tokens=layout.max_tokens)
    facts = _facts(parts, finding, source)
    if layout.kind is ModelKind.RERANKER:
        pair_tokenizer = PairTokenizer(
            parts.tokenizer, max_tokens=layout.max_tokens, tells_sides=layout.tells_sides
        )
        return Reranker(parts.forward, tokenizer=tokenizer, pair_tokenizer=pair_tokenizer, facts=facts)
    heads = load_heads(layout.transformer)
    return Encoder(
        parts.forward,
        tokenizer=tokenizer,
        facts=replace(facts, outputs=heads.outputs),
        default_prompt=layout.default_prompt,
        heads=heads,
    )


def _facts(parts: Parts, finding: Finding, source: Source) -> ModelFacts:
    layout, is_reranker = parts.layout, parts.layout.kind is ModelKind.RERANKER
    decides: dict[str, object] = {
        "prompts": dict(layout.prompts),
        "max_tokens": layout.max_tokens,
        "precision": str(finding.way.dtype),
        **({"tells_sides": layout.tells_sides} if is_reranker else {}),
    }
    return ModelFacts(
        fingerprint=fingerprint_of({**source.identity, **decides}),
        dimensions=parts.dimensions,
        max_tokens=layout.max_tokens,
        prompts=layout.prompts,
        device=source.device.type,
        precision=finding.way.precision,
        fallback_reason=finding.fallback_reason,
        tokenizer_file=str(finding.tokenizer_file),
        outputs=frozenset() if is_reranker else DENSE_ONLY,
        kind=layout.kind,
    )
