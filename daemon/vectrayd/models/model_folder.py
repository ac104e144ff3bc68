"""What a sentence-transformers folder tells of itself without being loaded, and why it cannot be loaded if it cannot."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vectrayd.models.entry import Entry
from vectrayd.models.manifest import repository_of

_OWN_CODE = "sentence_transformers."
"""What the types of modules begin with that need no code of the model's."""
_POOLING_FLAGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
"""As folders said it before sentence-transformers 5."""
_WEIGHTLESS = ("Pooling", "Normalize", "Dropout")


def is_model(folder: Path) -> bool:
    """Whether `folder` is meant to be a model."""
    return (folder / "modules.json").is_file()


def fault(folder: Path) -> str:
    """Say in one sentence why the model in `folder` cannot be loaded; empty if nothing speaks against it."""
    try:
        modules = _modules(folder)
    except (OSError, ValueError, KeyError, TypeError):
        return "Its modules.json cannot be read."
    for kind, path in modules:
        if not kind.startswith(_OWN_CODE):
            return f"It needs Python code of its own ({kind[:100]}), which is never run."
        if Path(path).is_absolute() or ".." in Path(path).parts:
            return "A module of it lies outside its folder."
    if not (folder / "tokenizer.json").is_file():
        return "It has no tokenizer.json."
    weighty = [folder / path for kind, path in modules if not kind.endswith(_WEIGHTLESS)]
    return next(filter(None, map(_fault_of_weights, weighty)), "")


def describe(name: str, folder: Path) -> Entry:
    """Return what the folder's own configuration says of the model in it."""
    modules = _tolerant(lambda: _modules(folder), [])
    pooling = next((_json(folder / path / "config.json") for kind, path in modules if "Pooling" in kind), {})
    dense = [_json(folder / path / "config.json") for kind, path in modules if kind.endswith("Dense")]
    return Entry(
        name=name,
        dimensions=_number(
            dense[-1].get("out_features")
            if dense
            else pooling.get("word_embedding_dimension") or pooling.get("embedding_dimension")
        ),
        max_tokens=_max_tokens(folder),
        folder=folder,
        repository=repository_of(folder),
        pooling=_pooling(pooling),
        prompts=_prompts(folder),
    )


def _modules(folder: Path) -> list[tuple[str, str]]:
    """Type and path below `folder` of each module."""
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    return [(str(module["type"]), str(module["path"])) for module in modules]


def _fault_of_weights(module: Path) -> str:
    index = _json(module / "model.safetensors.index.json").get("weight_map")
    if isinstance(index, Mapping):
        missing = [name for name in set(index.values()) if not (module / str(name)).is_file()]
        return f"A part of its weights is missing ({min(missing)[:100]})." if missing else ""
    if (module / "model.safetensors").is_file():
        return ""
    if any(module.glob("*.bin")) or any(module.glob("*.pt")):
        return "Its weights are in a format that can run code when it is opened; only safetensors is taken."
    return "It has no weights (model.safetensors)."


def _max_tokens(folder: Path) -> int:
    own = _number(_json(folder / "sentence_bert_config.json").get("max_seq_length"))
    positions = _number(_json(folder / "config.json").get("max_position_embeddings"))
    # Tokenizers without a limit say 10^30.
    told = _number(_json(folder / "tokenizer_config.json").get("model_max_length"))
    return own or min((limit for limit in (positions, told) if 0 < limit < 2**31), default=0)


def _pooling(settings: Mapping[str, Any]) -> str:
    told = settings.get("pooling_mode")
    modes: Sequence[Any] = told if isinstance(told, list) else [told] if told else []
    return "+".join(map(str, modes)) or "+".join(
        mode for flag, mode in _POOLING_FLAGS.items() if settings.get(flag)
    )


def _prompts(folder: Path) -> Mapping[str, str]:
    prompts = _json(folder / "config_sentence_transformers.json").get("prompts")
    if not isinstance(prompts, Mapping):
        return {}
    return {str(name): prompt for name, prompt in prompts.items() if prompt and isinstance(prompt, str)}


def _json(file: Path) -> Mapping[str, Any]:
    """The object in `file`, empty if there is none."""
    content = _tolerant(lambda: json.loads(file.read_text("utf-8")), {})
    return content if isinstance(content, dict) else {}


def _tolerant(read: Any, otherwise: Any) -> Any:  # noqa: ANN401 - whatever a file holds
    try:
        return read()
    except (OSError, ValueError, KeyError, TypeError):
        return otherwise


def _number(value: object) -> int:
    return int(value) if isinstance(value, int | float) and 0 < value < float("inf") else 0
