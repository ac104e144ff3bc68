"""What a user may say of single models, under `[daemon.models.NAME]` in the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vectrayd.models.addresses import is_guarded


class BadSetting(Exception):
    """A setting cannot be understood; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSettings:
    """The settings of one model."""

    folder: Path | None = None
    """Where its files are, for a model that is not in the usual places."""
    enabled: bool = False
    """For a model that somebody else runs: whether texts may leave this machine for it."""
    key_file: Path | None = None
    """Holds the key that its provider asks for."""
    base_url: str = ""
    """Of its provider's interface; empty for the provider's own."""
    tokens_per_day: int = 0
    """How many may be sent to its provider from one midnight (UTC) to the next; 0 for no limit."""
    keep_alive: str = ""
    """How long it stays loaded unused; empty for the daemon's default."""


def model_settings(table: object) -> Mapping[str, ModelSettings]:
    """Read `[daemon.models]`.

    Raises:
        BadSetting: it cannot be understood; the message is a sentence.

    """
    if not isinstance(table, Mapping):
        raise BadSetting("models must be a table of tables, such as [daemon.models.bge-m3].")
    return {str(name): _settings_of(f"models.{name}", entry) for name, entry in table.items()}


def _settings_of(where: str, table: object) -> ModelSettings:
    if not isinstance(table, Mapping):
        raise BadSetting(f"{where} must be a table.")
    known = ModelSettings.__dataclass_fields__
    if unknown := sorted(table.keys() - known.keys()):
        raise BadSetting(f"{where} has no setting {unknown[0]!r}; it has: {', '.join(sorted(known))}.")
    return ModelSettings(
        folder=_path(where, table, "folder"),
        enabled=_switch(where, table, "enabled"),
        key_file=_path(where, table, "key_file"),
        base_url=_guarded(where, str(table.get("base_url", ""))),
        tokens_per_day=_count(where, table, "tokens_per_day"),
        keep_alive=str(table.get("keep_alive", "")),
    )


def _path(where: str, table: Mapping[str, object], name: str) -> Path | None:
    value = table.get(name, "")
    if not isinstance(value, str) or "\0" in value:
        raise BadSetting(f"{where}.{name} must be a path in quotes.")
    try:
        return Path(value).expanduser().absolute() if value else None
    except RuntimeError:
        raise BadSetting(f"{where}.{name} begins with a home that nobody on this machine has.") from None


def _switch(where: str, table: Mapping[str, object], name: str) -> bool:
    value = table.get(name, False)
    if not isinstance(value, bool):
        raise BadSetting(f"{where}.{name} must be true or false.")
    return value


def _count(where: str, table: Mapping[str, object], name: str) -> int:
    value = table.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadSetting(f"{where}.{name} must be a whole number of 0 or more.")
    return value


def _guarded(where: str, url: str) -> str:
    if url and not is_guarded(url):
        raise BadSetting(
            f"{where}.base_url must begin with https://, or texts and key could be read on the way."
        )
    return url
