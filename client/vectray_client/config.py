"""What the client can be told: by environment, else in `config.toml`, else by default. Read by the commands alone."""

import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectray.places import Places, find_places
from vectray_client.domain import Fault
from vectray_client.freshness import Scope
from vectray_client.opening.templates import BadTemplate, check_template
from vectray_client.watch.rules import Rules

_TABLES = frozenset({"client", "daemon"})
_SETTINGS = frozenset({"model", "ignore", "gitignore", "open_with"})


class BadConfig(Fault):
    """A setting cannot be understood; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The client's settings."""

    places: Places
    scope: Scope
    """What is looked at in every folder."""
    model: str = ""
    """Name of the model to index with; empty for the one that the index has, or the daemon's default."""
    open_with: tuple[str, ...] = ()
    """Templates of commands that open a file, such as `code -g {path}:{line}`; what none of them fits is opened as the desktop does."""

    @property
    def index_file(self) -> Path:
        """The index database."""
        return self.places.index_file

    @property
    def tokenizers(self) -> Path:
        """Tokenizers of models that were used, by fingerprint."""
        return self.places.data / "tokenizers"


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Put the settings together.

    Raises:
        BadConfig: the configuration file is damaged, or says what nobody understands.

    """
    places = find_places(environment)
    file = places.config_file
    table = _client_table(file)
    model, ignore = table.get("model", ""), table.get("ignore", [])
    gitignore = table.get("gitignore", False)
    if not isinstance(model, str):
        raise BadConfig(f"In {file}, `model` in [client] must be a text.")
    if not isinstance(ignore, list) or not all(isinstance(line, str) for line in ignore):
        raise BadConfig(f"In {file}, `ignore` in [client] must be a list of texts.")
    if not isinstance(gitignore, bool):
        raise BadConfig(f"In {file}, `gitignore` in [client] must be true or false.")
    own = frozenset(os.path.realpath(place) for place in (places.config, places.data, places.runtime))
    return Config(
        places=places,
        scope=Scope(rules=_rules(file, ignore, gitignore=gitignore), own=own),
        model=model,
        open_with=_templates(file, table.get("open_with", [])),
    )


def _client_table(file: Path) -> Mapping[str, object]:
    try:
        settings = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as cause:
        raise BadConfig(f"{file} cannot be read: {cause}") from cause
    _refuse_unknown(settings, _TABLES, where=f"{file} has")
    table = settings.get("client", {})
    if not isinstance(table, dict):
        raise BadConfig(f"[client] in {file} must be a table.")
    _refuse_unknown(table, _SETTINGS, where=f"[client] in {file} has")
    return table


def _refuse_unknown(found: Mapping[str, object], known: frozenset[str], *, where: str) -> None:
    """What is misspelt would otherwise be ignored in silence."""
    for name in found:
        if name not in known:
            raise BadConfig(
                f"{where} a setting {name!r}, which nobody knows; known are {', '.join(sorted(known))}."
            )


def _rules(file: Path, ignore: Sequence[str], *, gitignore: bool) -> Rules:
    for line in ignore:
        try:
            Rules([line])
        except ValueError:
            raise BadConfig(
                f"In {file}, {line!r} in `ignore` is no pattern as a .gitignore has them."
            ) from None
    return Rules(ignore, gitignore=gitignore)


def _templates(file: Path, open_with: object) -> tuple[str, ...]:
    """One template may stand by itself."""
    templates = [open_with] if isinstance(open_with, str) else open_with
    if not isinstance(templates, list) or not all(isinstance(template, str) for template in templates):
        raise BadConfig(f"In {file}, `open_with` in [client] must be a text or a list of texts.")
    try:
        for template in templates:
            check_template(template)
    except BadTemplate as cause:
        raise BadConfig(f"In {file}, `open_with` in [client] cannot be used: {cause}") from None
    return tuple(templates)
