"""What the daemon can be told: by flag, else by environment, else in `config.toml`, else by default. Read by `__main__` alone."""

import argparse
import os
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vectray.places import Places, find_places
from vectrayd import __version__
from vectrayd.models.hub import PUBLIC_HUB, Hub
from vectrayd.models.settings import BadSetting, ModelSettings, model_settings
from vectrayd.workers.budget import DEFAULT_BUDGET, read_budget
from vectrayd.workers.keepalive import DEFAULT_SECONDS, KeepAlive, read_span
from vectrayd.workers.machine import memory_bytes

_SETTINGS = frozenset({"hub", "keep_alive", "memory_budget", "model", "models", "streams"})


class BadConfig(Exception):
    """A setting cannot be understood; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The daemon's settings."""

    places: Places
    model: str
    """Name of the default model; empty for the catalogue's."""
    streams: int
    """Slices that a model works on at once, one thread each."""
    keep_alive: KeepAlive
    """How long models stay loaded that nobody uses; the names are as the person wrote them."""
    memory_budget_bytes: int
    """Memory for all models together."""
    hub: Hub
    """Where models are pulled from."""
    models: Mapping[str, ModelSettings]
    """What was said of single models, by name."""
    provider_key: str = field(default="", repr=False)
    """For models that somebody else runs."""
    most_waiting_bytes: int = 64 * 1024 * 1024
    """Text that may wait in all lanes together."""
    grace_seconds: float = 5.0
    """How long running calls may take to finish once the daemon is told to stop."""


def read_config(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Config:
    """Put the settings together.

    Raises:
        BadConfig: one of them is wrong.

    """
    parser = argparse.ArgumentParser(
        prog="vectrayd", description="Lends embedding models to the programs of this user."
    )
    parser.add_argument("--model", metavar="NAME", help="the model that programs get who do not choose one")
    parser.add_argument(
        "--streams",
        metavar="N",
        help="slices of texts that a model works on at once, one thread each (default: by processor)",
    )
    parser.add_argument(
        "--keep-alive",
        metavar="SPAN",
        help='how long a model stays loaded that nobody uses, such as "30m", "0" or "always" (default: 10m)',
    )
    parser.add_argument(
        "--memory-budget",
        metavar="AMOUNT",
        help=f'memory for all models together, such as "4GB" or "50%%" of the machine (default: {DEFAULT_BUDGET.replace("%", "%%")})',
    )
    parser.add_argument("--version", action="version", version=f"vectrayd {__version__}")
    flags = parser.parse_args(arguments)
    places = find_places(environment)
    file = _read_file(places.config_file)
    models = _models(file.get("models", {}))
    return Config(
        places=places,
        model=flags.model or environment.get("VECTRAYD_MODEL") or str(file.get("model", "")),
        streams=_streams(flags.streams or environment.get("VECTRAYD_STREAMS") or file.get("streams")),
        keep_alive=_keep_alive(
            flags.keep_alive or environment.get("VECTRAYD_KEEP_ALIVE") or file.get("keep_alive"), models
        ),
        memory_budget_bytes=_memory_budget(
            flags.memory_budget or environment.get("VECTRAYD_MEMORY_BUDGET") or file.get("memory_budget")
        ),
        hub=_hub(str(file.get("hub", "")), environment),
        models=models,
        provider_key=environment.get("OPENAI_API_KEY", ""),
    )


def _hub(wanted: str, environment: Mapping[str, str]) -> Hub:
    """The hub and its library's variables: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables."""
    endpoint = environment.get("HF_ENDPOINT") or wanted or PUBLIC_HUB
    caches = Path(environment.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    home = Path(environment.get("HF_HOME") or caches / "huggingface").expanduser()
    cache = Path(environment.get("HF_HUB_CACHE") or home / "hub").expanduser()
    return Hub(endpoint=endpoint, token=environment.get("HF_TOKEN", "").strip(), cache=cache)


def _models(table: object) -> Mapping[str, ModelSettings]:
    try:
        return model_settings(table)
    except BadSetting as error:
        raise BadConfig(f"[daemon] in config.toml: {error}") from error


def _keep_alive(default: object, models: Mapping[str, ModelSettings]) -> KeepAlive:
    by_model = {name: _span(own.keep_alive) for name, own in models.items() if own.keep_alive}
    return KeepAlive(
        default_seconds=DEFAULT_SECONDS if default is None else _span(default), by_model=by_model
    )


def _span(words: object) -> float:
    try:
        return read_span(str(words))
    except ValueError as error:
        raise BadConfig(f"The keep-alive time is wrong: {error}.") from None


def _memory_budget(words: object) -> int:
    try:
        return read_budget(str(words or DEFAULT_BUDGET), machine_bytes=memory_bytes())
    except ValueError as error:
        raise BadConfig(f"The memory budget is wrong: {error}.") from None


def _streams(wanted: object) -> int:
    if wanted is None:
        return _default_streams()
    if not str(wanted).isdecimal() or int(str(wanted)) < 1:
        raise BadConfig(f"The number of streams must be 1 or more, not {wanted!r}.")
    return int(str(wanted))


def _default_streams() -> int:
    # All of a small machine, half of a large one: somebody is working on it.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(min(cores, 2), cores // 2)


def _read_file(file: Path) -> Mapping[str, object]:
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("daemon", {})
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as cause:
        raise BadConfig(f"{file} cannot be read: {cause}") from cause
    if not isinstance(table, dict):
        raise BadConfig(f"[daemon] in {file} must be a table.")
    if unknown := sorted(table.keys() - _SETTINGS):
        raise BadConfig(
            f"[daemon] in {file} has no setting {unknown[0]!r}; it has: {', '.join(sorted(_SETTINGS))}."
        )
    return table
