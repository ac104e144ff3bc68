"""What was said to the daemon: by flag, else by environment, else in `config.toml`."""

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from vectray.places import Places, find_places
from vectrayd import __version__
from vectrayd.transport.doors import Address

_SETTINGS: Mapping[str, tuple[str, str]] = {
    "model": ("NAME", "the model that programs get who do not choose one"),
    "reranker": ("NAME", "the reranker that programs get who do not choose one (default: none)"),
    "streams": (
        "N",
        "slices of texts that a model works on at once, one thread each (default: by processor)",
    ),
    "device": (
        "NAME",
        'what models run on, such as "cuda" or "mps" (default: the best that is safe to take)',
    ),
    "precision": (
        "auto|float32",
        "whether models may compute in half precision where that is faster (default: auto)",
    ),
    "keep_alive": (
        "SPAN",
        'how long a model stays loaded that nobody uses, such as "30m", "0" or "always" (default: 10m)',
    ),
    "memory_budget": (
        "AMOUNT",
        'memory for all models together, such as "4GB" or "50%%" of the machine (default: 60%%)',
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
_SWITCHED = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}
_TABLES = frozenset({"hub", "models"})
"""What only the file can say."""


class BadConfig(Exception):
    """A setting cannot be understood; the message says which and why."""


class Given:
    """What was said, each thing by whoever counts most."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self._flags = vars(_parser().parse_args(arguments))
        self._environment = environment
        self.places = _places(environment)
        self._file = _read_file(self.places.config_file)

    def setting(self, name: str) -> object:
        """Return a setting as it was given, None if it was not."""
        return self._flags[name] or self._environment.get(f"VECTRAYD_{name.upper()}") or self._file.get(name)

    def in_file(self, name: str) -> object:
        """Return what only the file can say, None if it does not."""
        return self._file.get(name)

    def text(self, name: str) -> str:
        """Return it as words, none if it was not given."""
        value = self.setting(name)
        return "" if value is None else str(value)

    def path(self, name: str) -> Path | None:
        """Return the file that it names."""
        return path_of(self.text(name)) if self.text(name) else None

    def address(self, name: str) -> Address | None:
        """Return the TCP address that it names. Raises BadConfig."""
        try:
            return Address.parse(self.text(name)) if self.text(name) else None
        except ValueError as error:
            raise BadConfig(f"{_flag(name)}: {error}") from None

    def names(self, name: str) -> frozenset[str]:
        """Return the names that it lists, in lower case."""
        value = self.setting(name)
        several = value if isinstance(value, list) else self.text(name).split(",")
        return frozenset(one for word in several if (one := str(word).strip().casefold()))

    def switch(self, name: str) -> bool:
        """Return whether it is on. Raises BadConfig."""
        value = self.text(name).casefold() or "false"
        if value not in _SWITCHED:
            raise BadConfig(f"{_flag(name)} is true or false, not {value[:100]!r}.")
        return _SWITCHED[value]

    def choice(self, name: str, choices: Sequence[str]) -> str:
        """Return which of `choices` it is, the first if it was not given. Raises BadConfig."""
        value = (self.text(name) or choices[0]).casefold()
        if value not in choices:
            raise BadConfig(f"{_flag(name)} is one of {', '.join(choices)}, not {value!r}.")
        return value


def path_of(words: str) -> Path:
    """Return the absolute path that `words` mean; "~" is a home. Raises BadConfig."""
    try:
        path = Path(words).expanduser().absolute()
    except RuntimeError:
        raise BadConfig(f"Nobody on this machine has the home that {words[:100]!r} begins with.") from None
    if "\0" in words:
        raise BadConfig(f"{words[:100]!r} is no path.")
    return path


def _places(environment: Mapping[str, str]) -> Places:
    path_of(environment.get("VECTRAY_HOME", ""))
    return find_places(environment)


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


def _read_file(file: Path) -> Mapping[str, object]:
    try:
        table = tomllib.loads(file.read_text("utf-8")).get("daemon", {})
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as cause:
        words = getattr(cause, "strerror", None) or cause
        raise BadConfig(f"{file} cannot be read: {words}.") from cause
    if not isinstance(table, dict):
        raise BadConfig(f"[daemon] in {file} must be a table.")
    known = _SETTINGS.keys() | _SWITCHES.keys() | _TABLES
    if unknown := sorted(table.keys() - known):
        raise BadConfig(
            f"[daemon] in {file} has no setting {unknown[0]!r}; it has: {', '.join(sorted(known))}."
        )
    return table
