"""What the daemon can be told, and what it does untold. Read by `__main__` alone."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from vectray.places import Places
from vectrayd.config.given import BadConfig, Given, path_of
from vectrayd.models.hub import PUBLIC_HUB, Hub
from vectrayd.models.settings import BadSetting, ModelSettings, model_settings
from vectrayd.transport.doors import Address, Door, HttpDoor, Tls, UnsafeDoor
from vectrayd.workers.budget import DEFAULT_BUDGET, read_budget
from vectrayd.workers.keepalive import DEFAULT_SECONDS, KeepAlive, read_span
from vectrayd.workers.machine import memory_bytes

_HAS_UNIX_SOCKETS = os.name == "posix"
_MOST_STREAMS = 256
"""Threads of one worker: more than the processors that a person has."""
_LONGEST_COUNT = 9
"""Digits. Python itself refuses to read thousands of them."""
_PRECISIONS = ("auto", "float32")
_LOG_LEVELS = ("info", "debug", "warning", "error")
_LOG_FORMATS = ("text", "json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The daemon's settings."""

    places: Places
    model: str
    """Name of the default model; empty for the catalogue's."""
    reranker: str
    """Name of the default reranker; empty for none."""
    streams: int
    """Slices that a model works on at once, one thread each."""
    device: str
    """Of torch; empty for the best that is safe to take unasked."""
    is_exact: bool
    """Whether to compute in single precision throughout."""
    keep_alive: KeepAlive
    """How long models stay loaded that nobody uses; the names are as the person wrote them."""
    memory_budget_bytes: int
    """Memory for all models together."""
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
    given = Given(arguments, environment)
    listen, http = given.address("listen"), given.address("http")
    if listen is None and not _HAS_UNIX_SOCKETS:
        listen = Address(host="127.0.0.1", port=0)
    tls = _tls(given)
    token_file = given.path("token_file") or given.places.daemon_token
    http_token_file = given.path("http_token_file") or token_file
    models = _models(given.in_file("models") or {})
    return Config(
        places=given.places,
        model=given.text("model"),
        reranker=given.text("reranker"),
        streams=_streams(given.setting("streams")),
        device=given.text("device"),
        is_exact=given.choice("precision", _PRECISIONS) == "float32",
        keep_alive=_keep_alive(given.setting("keep_alive"), models),
        memory_budget_bytes=_memory_budget(given.setting("memory_budget")),
        hub=_hub(str(given.in_file("hub") or ""), environment),
        models=models,
        provider_key=environment.get("OPENAI_API_KEY", ""),
        has_unix_socket=_HAS_UNIX_SOCKETS,
        listen=Door(address=listen, token_file=token_file, tls=tls) if listen else None,
        http=_http(given, Door(address=http, token_file=http_token_file, tls=tls)) if http else None,
        metrics=_metrics(given),
        reflection=given.switch("reflection"),
        log_format=given.choice("log_format", _LOG_FORMATS),
        log_level=given.choice("log_level", _LOG_LEVELS),
    )


def _tls(given: Given) -> Tls | None:
    certificate, key = given.path("tls_cert"), given.path("tls_key")
    if not certificate and not key:
        return None
    if not (certificate and key):
        raise UnsafeDoor("--tls-cert and --tls-key belong together; one of them is missing.")
    return Tls(certificate=certificate, key=key)


def _http(given: Given, door: Door) -> HttpDoor:
    return HttpDoor(door=door, hosts=given.names("http_hosts"), origins=given.names("http_origins"))


def _metrics(given: Given) -> Address | None:
    address = given.address("metrics")
    if address and not address.is_loopback:
        raise UnsafeDoor(
            f"Metrics are shown on this machine alone: give --metrics 127.0.0.1:PORT, not {address}."
        )
    return address


def _hub(wanted: str, environment: Mapping[str, str]) -> Hub:
    """The hub and its library's variables: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables."""
    endpoint = environment.get("HF_ENDPOINT") or wanted or PUBLIC_HUB
    caches = path_of(environment.get("XDG_CACHE_HOME") or "~/.cache")
    home = path_of(environment.get("HF_HOME") or str(caches / "huggingface"))
    cache = path_of(environment.get("HF_HUB_CACHE") or str(home / "hub"))
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
        return read_budget(str(DEFAULT_BUDGET if words is None else words), machine_bytes=memory_bytes())
    except ValueError as error:
        raise BadConfig(f"The memory budget is wrong: {error}.") from None


def _streams(wanted: object) -> int:
    if wanted is None:
        return _default_streams()
    words = str(wanted)
    if not words.isdecimal() or len(words) > _LONGEST_COUNT or not 1 <= int(words) <= _MOST_STREAMS:
        raise BadConfig(f"The number of streams must be 1 to {_MOST_STREAMS}, not {words[:100]!r}.")
    return int(words)


def _default_streams() -> int:
    # All of a small machine, half of a large one: somebody is working on it.
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(min(cores, 2), cores // 2)
