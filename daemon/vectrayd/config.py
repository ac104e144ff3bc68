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
from vectrayd.transport.listening import Address, Door, HttpDoor, Tls, UnsafeDoor

_SETTINGS: Mapping[str, tuple[str, str]] = {
    "model": ("NAME", "the model that programs get who do not choose one"),
    "streams": (
        "N",
        "slices of texts that a model works on at once, one thread each (default: by processor)",
    ),
    "listen": ("HOST:PORT", "take gRPC calls over TCP too, from programs that have the token"),
    "http": ("HOST:PORT", "take HTTP requests in the manner of OpenAI's embeddings, with the token"),
    "metrics": ("HOST:PORT", "show metrics to Prometheus on this machine"),
    "tls_cert": (
        "FILE",
        "certificate (PEM) for --listen and --http; needed to be reached from other machines",
    ),
    "tls_key": ("FILE", "its private key (PEM)"),
    "token_file": (
        "FILE",
        "the token of --listen and --http (default: vectrayd.token beside config.toml, made if need be)",
    ),
    "http_token_file": ("FILE", "another token for --http"),
    "http_hosts": ("NAME,...", "names beside this machine's own that HTTP requests may call it by"),
    "http_origins": ("ORIGIN,...", "web pages that may send HTTP requests, such as https://example.org"),
    "log_format": ("text|json", "how log lines look (default: text)"),
    "log_level": ("LEVEL", "debug, info, warning or error (default: info)"),
}
"""Each with what it takes and what it is for."""
_SWITCHES: Mapping[str, str] = {
    "reflection": "describe the services to whoever asks, for tools such as grpcurl"
}
_TABLES = frozenset({"hub", "models"})
"""What only the file can say."""

_HAS_UNIX_SOCKETS = os.name == "posix"
_LOG_LEVELS = ("info", "debug", "warning", "error")
_LOG_FORMATS = ("text", "json")


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
    hub: Hub
    """Where models are pulled from."""
    models: Mapping[str, ModelSettings]
    """What was said of single models, by name."""
    has_unix_socket: bool
    """False on Windows, where a TCP door is the only way in. Written, not measured."""
    provider_key: str = field(default="", repr=False)
    """For models that somebody else runs."""
    listen: Door | None = None
    """A TCP door beside the Unix socket."""
    http: HttpDoor | None = None
    metrics: Address | None = None
    reflection: bool = False
    log_format: str = "text"
    log_level: str = "info"
    most_waiting_bytes: int = 64 * 1024 * 1024
    """Text that may wait in all lanes together."""
    grace_seconds: float = 5.0
    """How long running calls may take to finish once the daemon is told to stop."""


def read_config(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Config:
    """Put the settings together.

    Raises:
        BadConfig: one of them is wrong.
        UnsafeDoor: strangers could come in.

    """
    given = _Given(arguments, environment)
    listen, http = given.address("listen"), given.address("http")
    if listen is None and not _HAS_UNIX_SOCKETS:
        listen = Address(host="127.0.0.1", port=0)
    tls = _tls(given)
    token_file = given.path("token_file") or given.places.daemon_token
    http_token_file = given.path("http_token_file") or token_file
    return Config(
        places=given.places,
        model=given.text("model"),
        streams=_streams(given.setting("streams")),
        hub=_hub(str(given.in_file("hub") or ""), environment),
        models=_models(given.in_file("models") or {}),
        provider_key=environment.get("OPENAI_API_KEY", ""),
        has_unix_socket=_HAS_UNIX_SOCKETS,
        listen=Door(address=listen, token_file=token_file, tls=tls) if listen else None,
        http=_http(given, Door(address=http, token_file=http_token_file, tls=tls)) if http else None,
        metrics=_metrics(given),
        reflection=given.switch("reflection"),
        log_format=given.choice("log_format", _LOG_FORMATS),
        log_level=given.choice("log_level", _LOG_LEVELS),
    )


class _Given:
    """What was said, and where it counts most."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._flags = vars(_parser().parse_args(arguments))
        self._environment = environment
        self.places = find_places(environment)
        self._file = _read_file(self.places.config_file)

    def setting(self, name: str) -> object:
        """Return a setting as it was given, None if it was not."""
        return self._flags[name] or self._environment.get(f"VECTRAYD_{name.upper()}") or self._file.get(name)

    def in_file(self, name: str) -> object:
        """Return what only the file can say, None if it does not."""
        return self._file.get(name)

    def text(self, name: str) -> str:
        value = self.setting(name)
        return "" if value is None else str(value)

    def path(self, name: str) -> Path | None:
        return Path(self.text(name)).expanduser().absolute() if self.text(name) else None

    def address(self, name: str) -> Address | None:
        try:
            return Address.parse(self.text(name)) if self.text(name) else None
        except ValueError as error:
            raise BadConfig(f"{_flag(name)}: {error}") from None

    def names(self, name: str) -> frozenset[str]:
        value = self.setting(name)
        several = value if isinstance(value, list) else self.text(name).split(",")
        return frozenset(one for word in several if (one := str(word).strip().casefold()))

    def switch(self, name: str) -> bool:
        return self.text(name).casefold() in {"true", "1", "yes", "on"}

    def choice(self, name: str, choices: Sequence[str]) -> str:
        value = (self.text(name) or choices[0]).casefold()
        if value not in choices:
            raise BadConfig(f"{_flag(name)} is one of {', '.join(choices)}, not {value!r}.")
        return value


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vectrayd", description="Lends embedding models to the programs of this user."
    )
    for name, (metavar, purpose) in _SETTINGS.items():
        parser.add_argument(_flag(name), metavar=metavar, help=purpose)
    for name, purpose in _SWITCHES.items():
        parser.add_argument(_flag(name), action="store_true", help=purpose)
    parser.add_argument("--version", action="version", version=f"vectrayd {__version__}")
    return parser


def _tls(given: _Given) -> Tls | None:
    certificate, key = given.path("tls_cert"), given.path("tls_key")
    if not certificate and not key:
        return None
    if not (certificate and key):
        raise UnsafeDoor("--tls-cert and --tls-key belong together; one of them is missing.")
    return Tls(certificate=certificate, key=key)


def _http(given: _Given, door: Door) -> HttpDoor:
    return HttpDoor(door=door, hosts=given.names("http_hosts"), origins=given.names("http_origins"))


def _metrics(given: _Given) -> Address | None:
    address = given.address("metrics")
    if address and not address.is_loopback:
        raise UnsafeDoor(
            f"Metrics are shown on this machine alone: give --metrics 127.0.0.1:PORT, not {address}."
        )
    return address


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
    known = _SETTINGS.keys() | _SWITCHES.keys() | _TABLES
    if unknown := sorted(table.keys() - known):
        raise BadConfig(
            f"[daemon] in {file} has no setting {unknown[0]!r}; it has: {', '.join(sorted(known))}."
        )
    return table
