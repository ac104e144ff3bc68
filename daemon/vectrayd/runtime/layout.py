"""What a sentence-transformers folder says of its model, read from its JSON files alone: neither torch nor transformers is needed to know it.

Old and new names of settings are understood. What is read here is compared with what sentence-transformers makes of the same folder
before it is relied on (`vectrayd.runtime.verification`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.kinds import ModelKind
from vectrayd.runtime.modules import Listed, is_classifier, listed_modules, reading

NO_LIMIT = 2**31 - 1
"""Stands for every window that is longer; tokenizers without one say 10^30."""
_WITHOUT_EFFECT = frozenset({"Normalize", "Dropout"})
"""Modules that change nothing here: vectors are normalised when a request asks for it, and nothing is dropped out of a trained model."""
_OLD_POOLING = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""In the order in which sentence-transformers puts several of them side by side."""


_TWO_LABELS = (0, 1)
"""What transformers leaves out of a configuration, because a classifier has them if nothing else is said."""


class NotPackable(Exception):
    """The fast ways do not fit a model; the message says why, as the end of a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A sentence-transformers module with weights of its own."""

    kind: str
    folder: Path
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A model folder, read."""

    folder: Path
    transformer: Path
    """Folder of the transformer's own files."""
    architecture: Mapping[str, Any]
    """Its `config.json`."""
    modules: tuple[Module, ...]
    """What comes after it, in order, without what has no effect."""
    prompts: Mapping[str, str]
    default_prompt: str
    max_tokens: int
    tells_sides: bool = False
    """Whether a reranker is told which tokens are the query's and which the text's, beside the special tokens between them."""

    @property
    def model_type(self) -> str:
        """The name of the architecture in transformers."""
        return str(self.architecture.get("model_type", ""))

    @property
    def kind(self) -> ModelKind:
        """What the model is for. Some embedding models were saved as classifiers, but what pools their tokens follows in the list."""
        is_reranker = not self.modules and is_classifier(self.architecture)
        return ModelKind.RERANKER if is_reranker else ModelKind.EMBEDDING

    @property
    def pooling(self) -> tuple[str, ...]:
        """How token states become one vector; several ways are put side by side. A reranker's score is made of the first token's.

        Raises:
            NotPackable: there is no pooling of the ordinary kind.

        """
        if self.kind is ModelKind.RERANKER:
            return ("cls",)
        if not self.modules or self.modules[0].kind != "Pooling":
            raise NotPackable("it does not pool its tokens right after the transformer")
        settings = self.modules[0].settings
        named = settings.get("pooling_mode") or tuple(
            mode for key, mode in _OLD_POOLING.items() if settings.get(key)
        )
        return (named,) if isinstance(named, str) else tuple(named) or ("mean",)

    @property
    def dimensions(self) -> int:
        """Numbers per vector; 0 of a reranker.

        Raises:
            NotPackable: as above.

        """
        for module in reversed(self.modules):
            if "out_features" in module.settings:
                return int(module.settings["out_features"])
        settings = self.modules[0].settings if self.modules else {}
        size = settings.get("embedding_dimension", settings.get("word_embedding_dimension", 0))
        return int(size) * len(self.pooling)

    @property
    def sliding_window(self) -> int:
        """Tokens within which some layers look, as the configuration writes it; 0 if there is none."""
        layers = self.architecture.get("layer_types") or ()
        local = self.architecture.get("local_attention") or 0
        slides = "sliding_attention" in layers or self.model_type.startswith("gemma3")
        return int(local or (self.architecture.get("sliding_window") or 0 if slides else 0))


def read_layout(folder: Path) -> Layout:
    """Read the model in `folder`.

    Raises:
        ModelUnavailable: it is damaged, needs code of its own, or is of a kind that cannot be lent truthfully.

    """
    listed = listed_modules(folder)
    with reading():
        return _layout(folder, listed)


def _layout(folder: Path, listed: Sequence[Listed]) -> Layout:
    transformer = listed[0].folder
    architecture = json.loads((transformer / "config.json").read_text("utf-8"))
    if not (transformer / "tokenizer.json").is_file():
        raise ModelUnavailable("The model's folder has no tokenizer.json.")
    modules = tuple(
        Module(kind=one.kind, folder=one.folder, settings=_optional(one.folder / "config.json"))
        for one in listed[1:]
        if one.kind not in _WITHOUT_EFFECT
    )
    if any(module.settings.get("include_prompt") is False for module in modules):
        raise ModelUnavailable("The model leaves prompts out of its pooling, which Vectray cannot do.")
    settings = _optional(folder / "config_sentence_transformers.json")
    prompts = {name: prompt for name, prompt in (settings.get("prompts") or {}).items() if prompt}
    if not all(isinstance(prompt, str) for prompt in prompts.values()):
        raise TypeError
    own = _optional(transformer / "sentence_bert_config.json")
    tokenizer = _optional(transformer / "tokenizer_config.json")
    layout = Layout(
        folder=folder,
        transformer=transformer,
        architecture=architecture,
        modules=modules,
        prompts=prompts,
        default_prompt=prompts.get(settings.get("default_prompt_name") or "", ""),
        max_tokens=_max_tokens(own, tokenizer, architecture),
    )
    if layout.kind is ModelKind.RERANKER:
        _refuse_other_classifiers(layout)
        return replace(layout, tells_sides=_tells_sides(tokenizer, layout.model_type))
    return layout


def _tells_sides(tokenizer: Mapping[str, Any], model_type: str) -> bool:
    """What transformers does: as the tokenizer's settings say, or else as its class does, which is the architecture's if none is named."""
    if inputs := tokenizer.get("model_input_names"):
        return "token_type_ids" in inputs
    return str(tokenizer.get("tokenizer_class") or model_type).casefold().startswith("bert")


def _refuse_other_classifiers(layout: Layout) -> None:
    labels = len(layout.architecture.get("id2label") or _TWO_LABELS)
    if labels != 1:
        raise ModelUnavailable(
            f"The model gives {labels} scores to a pair of texts, and a reranker gives one."
        )
    if layout.default_prompt:
        raise ModelUnavailable("The model puts a prompt before each pair of texts, which Vectray cannot do.")


def _max_tokens(own: Mapping[str, Any], tokenizer: Mapping[str, Any], architecture: Mapping[str, Any]) -> int:
    """The window: said outright, or the lesser of what the tokenizer and the positions allow."""
    arguments = own.get("processor_kwargs") or own.get("tokenizer_args") or {}
    said = arguments.get("model_max_length", own.get("max_seq_length"))
    limits = [tokenizer.get("model_max_length"), architecture.get("max_position_embeddings")]
    known = [limit for limit in limits if limit is not None and limit != -1]
    window = int(min([said] if said is not None else known, default=NO_LIMIT))
    if window < 1:
        raise ValueError
    return min(window, NO_LIMIT)


def _optional(file: Path) -> dict[str, Any]:
    settings: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return settings
