"""sentence-transformers itself: what every fast way is compared with, and the way of the models that fit none. Importing it takes
seconds, so a model whose fast way is known to be right is loaded without it.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import transformers
from sentence_transformers import CrossEncoder, SentenceTransformer
from sentence_transformers.base.modules import Normalize
from tokenizers import Tokenizer

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.kinds import ModelKind
from vectrayd.runtime.building import Parts
from vectrayd.runtime.layout import NO_LIMIT, Layout, NotPackable
from vectrayd.runtime.plain import PlainForward
from vectrayd.runtime.registered import be_quiet


def load_reference(layout: Layout, device: torch.device) -> Parts:
    """Load the model of `layout` in float32.

    Raises:
        ModelUnavailable: it cannot be loaded without the network and without running code that came with it.

    """
    be_quiet()
    _refuse_unknown(layout.architecture)
    is_reranker = layout.kind is ModelKind.RERANKER
    try:
        model = (CrossEncoder if is_reranker else SentenceTransformer)(
            str(layout.folder),
            device=str(device),
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs={"use_safetensors": True, "dtype": torch.float32},
        ).eval()
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, TypeError) as cause:
        raise ModelUnavailable(f"The model's folder cannot be loaded ({type(cause).__name__}).") from cause
    modules = [module for module in model if not isinstance(module, Normalize)]
    return Parts(
        forward=PlainForward(modules, device, output="scores" if is_reranker else "sentence_embedding"),
        tokenizer=model.tokenizer.backend_tokenizer,
        layout=replace(
            layout,
            prompts={name: prompt for name, prompt in model.prompts.items() if prompt},
            default_prompt=model.prompts.get(model.default_prompt_name or "", ""),
            max_tokens=min(model.max_seq_length or NO_LIMIT, NO_LIMIT),
            tells_sides=is_reranker and "token_type_ids" in model.tokenizer.model_input_names,
        ),
        dimensions=model.get_embedding_dimension() if isinstance(model, SentenceTransformer) else 0,
    )


def tokenizer_file(made: Tokenizer, own: Path, place: Path) -> Path:
    """Return a file of the tokenizer that transformers `made` of the model's `own` file: that one, or else a new one at `place`.

    For some architectures transformers builds parts of the tokenizer anew, and settings of sentence-transformers may add to it.

    Raises:
        NotPackable: the disk does not take it.

    """
    file = Tokenizer.from_file(str(own))
    for tokenizer in (file, made):
        tokenizer.no_truncation()
        tokenizer.no_padding()
    if made.to_str() == file.to_str():
        return own
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(made.to_str(), "utf-8")
    except OSError as cause:
        raise NotPackable(
            "the tokenizer that transformers makes of it cannot be kept on this disk"
        ) from cause
    return place


def _refuse_unknown(architecture: Mapping[str, Any]) -> None:
    kind = str(architecture.get("model_type", ""))[:100]
    if kind in transformers.CONFIG_MAPPING:
        return
    if architecture.get("auto_map"):
        raise ModelUnavailable(
            f"The model's architecture ({kind}) needs code of its own, and Vectray runs no code that comes with a model."
        )
    raise ModelUnavailable(f"The model's architecture ({kind}) is not known to transformers.")
