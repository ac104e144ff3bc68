"""What the page tells of this installation: facts to be read. They are changed in config.toml."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

from vectray.places import Places
from vectray_client.web.shown import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """Where things are, and what config.toml says."""

    places: Places
    index_file: str
    home: str
    """The person's own folder."""
    model: str = ""
    """The model that config.toml names; empty where it leaves that to others."""
    open_with: Sequence[str] = ()
    """Commands that open files."""


def settings_as_json(installation: Installation) -> Json:
    """Return the facts."""
    places = installation.places
    return {
        "version": version("vectray"),
        "index_file": installation.index_file,
        "config_file": str(places.config_file),
        "places": {"config": str(places.config), "data": str(places.data), "runtime": str(places.runtime)},
        "model": installation.model,
        "open_with": list(installation.open_with),
    }
