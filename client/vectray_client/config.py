"""What the client can be told: by environment, else in `config.toml`, else by default. Read by the commands alone."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vectray.places import Places, find_places
from vectray_client.domain import Fault


class BadConfig(Fault):
    """A setting cannot be understood; the message says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The client's settings."""

    places: Places
    model: str = ""
    """Name of the model to index with; empty for the daemon's default."""
    ignore: tuple[str, ...] = ()
    """Rules as in a `.gitignore`, beside those that always hold."""

    @property
    def index_file(self) -> Path:
        """The index database."""
        return self.places.index / "index.sqlite"

    @property
    def tokenizers(self) -> Path:
        """Tokenizers of models that were used, by fingerprint."""
        return self.places.data / "tokenizers"


def read_config(environment: Mapping[str, str] = os.environ) -> Config:
    """Put the settings together.

    Raises:
        BadConfig: the configuration file is damaged.

    """
    places = find_places(environment)
    try:
        table = tomllib.loads(places.config_file.read_text("utf-8")).get("client", {})
    except FileNotFoundError:
        table = {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as cause:
        raise BadConfig(f"{places.config_file} cannot be read: {cause}") from cause
    model, ignore = table.get("model", ""), table.get("ignore", [])
    if (
        not isinstance(model, str)
        or not isinstance(ignore, list)
        or not all(isinstance(rule, str) for rule in ignore)
    ):
        raise BadConfig(
            f"In {places.config_file}, [client] takes a text `model` and a list of texts `ignore`."
        )
    return Config(places=places, model=model, ignore=tuple(ignore))
