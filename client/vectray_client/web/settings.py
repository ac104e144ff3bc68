"""What the page tells of this installation: facts to be read. They are changed in config.toml."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from vectray.places import Places
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.states import DaemonState
from vectray_client.web.shown import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """How this installation is."""

    findings: Sequence[tuple[str, str]] = ()
    """What is wrong, and what to do about it, in a sentence each."""
    report: str = ""
    """Facts that may be shown to strangers, one a line."""


Diagnose = Callable[[AgentState, DaemonState | VectrayClientError | None], Diagnosis]
"""Looks at the whole installation, in a thread; the programs' own words are given: of the daemon None if it does not run."""


def _undiagnosed(*_: object) -> Diagnosis:
    return Diagnosis()


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
    diagnose: Diagnose = _undiagnosed
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    """What tells where the desktop keeps its own settings."""


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
