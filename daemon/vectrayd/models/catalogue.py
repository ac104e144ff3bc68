"""The models that Vectray knows by name, with the facts that a person chooses by."""

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from vectrayd.domain.errors import UnknownModel
from vectrayd.domain.kinds import ModelKind, check_kind
from vectrayd.domain.options import OutputKind
from vectrayd.models.entry import Entry
from vectrayd.models.model_folder import describe, is_model
from vectrayd.models.settings import ModelSettings

_NO_RERANKER = (
    'No reranker is chosen: name one, or say reranker = "bge-reranker-base" under [daemon] in config.toml.'
)
_LONGEST_NAME = 100
"""Of a name that nobody knows, what is worth repeating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All models that can be named."""

    default: str
    """Of embedding models."""
    reranker: str = ""
    """The default of rerankers; empty for none."""
    known: Mapping[str, Entry]
    """Those that the daemon comes with, and those that the configuration names."""
    models: Path | None = None
    """Every model folder in here is a model too, named for the folder."""

    @property
    def entries(self) -> Mapping[str, Entry]:
        """All models by name, as it is now: users put folders there while the daemon runs."""
        return {**self._own(), **self.known}

    def resolve(self, name: str) -> Entry:
        """Return the model that a request means: by its name or its repository's; an empty name is the default.

        Raises:
            UnknownModel: no model has this name.

        """
        wanted = name or self.default
        for entries in (self.known.values, lambda: self._own().values()):
            for entry in entries():
                if entry.is_called(wanted):
                    return entry
        near = difflib.get_close_matches(wanted[:_LONGEST_NAME], self.entries)
        hint = f"similar names are: {', '.join(near)}" if near else "`vectray models list` shows all"
        raise UnknownModel(f"There is no model named {wanted[:_LONGEST_NAME]!r}; {hint}.")

    def chosen(self, name: str, kind: ModelKind) -> Entry:
        """Return the model of a `kind` that a request means: by its name or its repository's; an empty name is that kind's default.

        Raises:
            UnknownModel: no model has this name, or no default was chosen.
            InvalidOption: it is of another kind.

        """
        if kind is ModelKind.RERANKER and not (name or self.reranker):
            raise UnknownModel(_NO_RERANKER)
        entry = self.resolve(name or (self.reranker if kind is ModelKind.RERANKER else self.default))
        check_kind(entry.name, entry.kind, wanted=kind)
        return entry

    def _own(self) -> Mapping[str, Entry]:
        if self.models is None or not self.models.is_dir():
            return {}
        names = {name.casefold() for name in self.known}
        return {
            folder.name: describe(folder.name, folder)
            for folder in sorted(self.models.iterdir())
            if folder.name.casefold() not in names and _is_name(folder.name) and is_model(folder)
        }


def read_catalogue(
    models: Path | None = None, settings: Mapping[str, ModelSettings] | None = None
) -> Catalogue:
    """Read the catalogue that comes with the daemon, and add what is in `models` and in `settings`."""
    content = tomllib.loads(resources.files(__package__).joinpath("catalogue.toml").read_text("utf-8"))
    known = {name: _entry(name, facts) for name, facts in content["models"].items()}
    for name, own in (settings or {}).items():
        if own.folder:
            entry = next((entry for entry in known.values() if entry.is_called(name)), None)
            placed = dataclasses.replace(entry, folder=own.folder) if entry else describe(name, own.folder)
            known[placed.name] = placed
    return Catalogue(default=content["default"], known=known, models=models)


def _entry(name: str, facts: Mapping[str, Any]) -> Entry:
    lists = {key: tuple(facts[key]) for key in ("languages", "matryoshka") if key in facts}
    kind = ModelKind(facts.get("kind", ModelKind.EMBEDDING))
    usual = [OutputKind.DENSE] if kind is ModelKind.EMBEDDING else []
    outputs = frozenset(map(OutputKind, facts.get("outputs", usual)))
    return Entry(name=name, **{**facts, **lists, "kind": kind, "outputs": outputs})


def _is_name(name: str) -> bool:
    # What a file system takes is not always text.
    return (
        not name.startswith(".") and name.isprintable() and name.encode("utf-8", "replace").decode() == name
    )
