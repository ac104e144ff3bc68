"""What was seen of an installation. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from vectray_client.domain import Fault
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.states import DaemonState


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop:
    """The desktop, as far as it matters here; None for what nobody knows."""

    name: str = ""
    session: str = ""
    """wayland, x11 or tty."""
    has_bus: bool | None = None
    has_tray: bool | None = None
    """Whether something shows tray icons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was seen."""

    agent: AgentState | VectrayClientError | None
    """None if it does not run; why it does not tell its state where it does not."""
    daemon: DaemonState | VectrayClientError | None
    desktop: Desktop = Desktop()
    release: str = ""
    python: str = ""
    system: str = ""
    is_daemon_installed: bool = True
    is_runtime_private: bool = True
    config_fault: Fault | None = None
    preferences_fault: str = ""
    index_fault: Fault | None = None
    index_bytes: int = 0
    """0 where there is none."""
    index_lies_on: str = ""
    """Kind of file system."""
    is_index_remote: bool = False
    disk_free_bytes: int | None = None
    folders_lie_on: Mapping[str, str] = field(default_factory=dict)
    """Kinds of file systems, by the path of the folder; empty for what cannot be looked at."""
    watch_limits: Mapping[str, int] = field(default_factory=dict)
    """Of inotify, by name."""
    kinds_of_errors: Mapping[str, int] = field(default_factory=dict)
    """In the logs: kinds alone, without words."""
