"""The models that Vectray knows by name, with the facts that a person chooses by."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from vectrayd.domain.errors import UnknownModel


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One model of the catalogue."""

    name: str
    dimensions: int
    max_tokens: int
    languages: tuple[str, ...]
    """BCP 47 tags; "mul" for many."""
    licence: str
    """SPDX identifier."""
    source: str
    """The Python package that ships the weights; empty for a model that the user supplied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All known models."""

    default: str
    entries: Mapping[str, Entry]

    def resolve(self, name: str) -> Entry:
        """Return the model that a request means; upper and lower case are the same, an empty name is the default.

        Raises:
            UnknownModel: no model has this name.

        """
        wanted = (name or self.default).casefold()
        for known, entry in self.entries.items():
            if known.casefold() == wanted:
                return entry
        raise UnknownModel(f"There is no model named {name[:100]!r}; known are: {', '.join(self.entries)}.")


def read_catalogue() -> Catalogue:
    """Read the catalogue that comes with the daemon."""
    content = tomllib.loads(resources.files(__package__).joinpath("catalogue.toml").read_text("utf-8"))
    entries = {
        name: Entry(
            name=name,
            dimensions=facts["dimensions"],
            max_tokens=facts["max_tokens"],
            languages=tuple(facts["languages"]),
            licence=facts["licence"],
            source=facts["source"],
        )
        for name, facts in content["models"].items()
    }
    return Catalogue(default=content["default"], entries=entries)
