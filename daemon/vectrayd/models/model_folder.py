"""What a sentence-transformers folder, or a reranker's, tells of itself without being loaded, and why it cannot be loaded if it cannot."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.models.entry import Entry
from vectrayd.models.manifest import repository_of
from vectrayd.runtime.layout import NO_LIMIT, NotPackable, read_layout
from vectrayd.runtime.modules import is_bare_classifier, listed_modules, reading

_WEIGHTLESS = frozenset({"Pooling", "Normalize", "Dropout"})


def is_model(folder: Path) -> bool:
    """Whether `folder` is meant to be a model."""
    return (folder / "modules.json").is_file() or is_bare_classifier(folder)


def fault(folder: Path) -> str:
    """Say in one sentence why the model in `folder` cannot be loaded; empty if nothing speaks against it."""
    try:
        modules = listed_modules(folder)
        if not (modules[0].folder / "tokenizer.json").is_file():
            return "The model's folder has no tokenizer.json."
        weighty = [module.folder for module in modules if module.kind not in _WEIGHTLESS]
        return next(filter(None, map(_fault_of_weights, weighty)), "")
    except ModelUnavailable as why:
        return str(why)


def describe(name: str, folder: Path) -> Entry:
    """Return what the folder's own configuration says of the model in it, as its worker will understand it; nothing if it is damaged."""
    empty = Entry(name=name, dimensions=0, max_tokens=0, folder=folder, repository=repository_of(folder))
    try:
        layout = read_layout(folder)
        with reading():
            if not 0 <= layout.dimensions <= NO_LIMIT:
                raise ValueError
            return replace(
                empty,
                kind=layout.kind,
                dimensions=layout.dimensions,
                max_tokens=layout.max_tokens,
                pooling="+".join(layout.pooling),
                prompts=layout.prompts,
            )
    except (ModelUnavailable, NotPackable):
        return empty


def _fault_of_weights(module: Path) -> str:
    index = module / "model.safetensors.index.json"
    if index.is_file():
        with reading():
            parts: Mapping[str, str] = json.loads(index.read_text("utf-8"))["weight_map"]
            missing = [name for name in set(parts.values()) if not (module / name).is_file()]
        return f"A part of its weights is missing ({min(missing)[:100]})." if missing else ""
    if (module / "model.safetensors").is_file():
        return ""
    if any(module.glob("*.bin")) or any(module.glob("*.pt")):
        return "Its weights are in a format that can run code when it is opened; only safetensors is taken."
    return "It has no weights (model.safetensors)."
