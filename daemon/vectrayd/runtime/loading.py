"""A model folder to an Encoder, by the fastest way that is right. Never touches the network and runs no code that came with the model."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.modules import Normalize
from torch import nn
from transformers import PreTrainedModel

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.facts import ModelFacts, fingerprint_of
from vectrayd.runtime.encoder import Encoder
from vectrayd.runtime.heads import load_heads
from vectrayd.runtime.identity import identity
from vectrayd.runtime.packed import PackedForward
from vectrayd.runtime.plain import PlainForward
from vectrayd.runtime.prepacked import is_available, multiplies_bfloat16, prepack
from vectrayd.runtime.tokenization import WindowTokenizer
from vectrayd.runtime.verification import SAMPLES, Findings, agree

_log = logging.getLogger(__name__)

_DEVICE = "cpu"
_OFFSET_POSITIONS = frozenset({"camembert", "roberta", "xlm-roberta", "xlm-roberta-xl"})
"""Architectures whose first position comes after the padding's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a model is run."""

    name: str
    packed: bool
    dtype: torch.dtype
    fallback_reason: str = ""


_PACKED_HALF = Way(name="packed-bfloat16", packed=True, dtype=torch.bfloat16)
_PACKED = Way(name="packed-float32", packed=True, dtype=torch.float32)
PLAIN = Way(
    name="plain",
    packed=False,
    dtype=torch.float32,
    fallback_reason="The packed forward pass does not give this model's vectors, so the plain one is used.",
)
_WAYS = {way.name: way for way in (_PACKED_HALF, _PACKED, PLAIN)}


def load(folder: Path, findings: Path) -> Encoder:
    """Load the sentence-transformers model in `folder`; what is found out about it is kept in the folder `findings`.

    Raises:
        ModelUnavailable: the folder holds no model that can be loaded safely.

    """
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    parts = identity(folder)
    found = Findings(findings, fingerprint_of(parts))
    remembered = _WAYS.get(found.read() or "")
    if remembered:
        return load_by(remembered, folder, parts)
    plain = load_by(PLAIN, folder, parts)
    encoder = next((fast for way in _fast_ways() if (fast := _equal(way, folder, parts, plain))), plain)
    found.write(_name_of(encoder))
    return encoder


def load_by(way: Way, folder: Path, parts: Mapping[str, object]) -> Encoder:
    """Load the model in `folder`, whose identity is `parts`, to be run in one particular way.

    Raises:
        ModelUnavailable: it cannot be.

    """
    try:
        model = SentenceTransformer(
            str(folder),
            device=_DEVICE,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": way.dtype},
        ).eval()
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as cause:
        raise ModelUnavailable(f"The model's folder cannot be loaded ({type(cause).__name__}).") from cause
    modules = [module for module in model if not isinstance(module, Normalize)]
    heads = load_heads(folder)
    prompts = {name: prompt for name, prompt in model.prompts.items() if prompt}
    facts = ModelFacts(
        fingerprint=fingerprint_of(
            {**parts, "prompts": prompts, "max_tokens": model.max_seq_length, "precision": str(way.dtype)}
        ),
        dimensions=model.get_embedding_dimension(),
        max_tokens=model.max_seq_length,
        prompts=prompts,
        device=_DEVICE,
        precision=str(way.dtype).removeprefix("torch."),
        fallback_reason=way.fallback_reason,
        tokenizer_file=str(folder / "tokenizer.json"),
        outputs=heads.outputs,
    )
    return Encoder(
        _packed(modules, way.dtype) if way.packed else PlainForward(modules),
        tokenizer=WindowTokenizer(model.tokenizer.backend_tokenizer, max_tokens=model.max_seq_length),
        facts=facts,
        default_prompt=model.prompts.get(model.default_prompt_name or "", ""),
        heads=heads,
    )


def _packed(modules: Sequence[nn.Module], dtype: torch.dtype) -> PackedForward:
    transformer, *others = modules
    model: PreTrainedModel = transformer.auto_model
    config: Any = model.config
    if "sliding_attention" in (getattr(config, "layer_types", None) or ()):
        raise NotImplementedError("attention within a sliding window")
    if is_available(dtype):
        prepack(model, dtype)
    offset = config.pad_token_id + 1 if config.model_type in _OFFSET_POSITIONS else 0
    return PackedForward(model, [module.float() for module in others], first_position=offset)


def _fast_ways() -> list[Way]:
    # Half precision pays where the processor multiplies it; elsewhere it would be slower than single.
    return [_PACKED_HALF, _PACKED] if multiplies_bfloat16() else [_PACKED]


def _equal(way: Way, folder: Path, parts: Mapping[str, object], plain: Encoder) -> Encoder | None:
    """Return the model run in a fast way, if that gives the plain way's vectors."""
    try:
        fast = load_by(way, folder, parts)
        if agree(fast.raw(SAMPLES), plain.raw(SAMPLES), way.dtype):
            return fast
        _log.warning("%s gives other vectors than the plain way", way.name)
    except Exception as error:  # noqa: BLE001 - private operators and unknown architectures may fail in any way
        _log.warning("%s does not fit this model: %s", way.name, type(error).__name__)
    return None


def _name_of(encoder: Encoder) -> str:
    facts = encoder.facts
    return PLAIN.name if facts.fallback_reason else f"packed-{facts.precision}"
