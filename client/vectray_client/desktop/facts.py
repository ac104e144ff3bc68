"""All that the tray knows: what agent and daemon told last. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from vectray_client.sdk.found import RecentDocument
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.states import DaemonState


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """As of now."""

    agent: AgentState | None = None
    """None while it does not answer."""
    daemon: DaemonState | None = None
    """None while it does not answer."""
    is_starting: bool = True
    """Both were asked to start, and have not answered for the first time."""
    is_stopped: bool = False
    """Somebody has stopped them, and nobody has started them since."""
    trouble: str = ""
    """Why one of them cannot be started or spoken to, in one sentence."""
    mishap: str = ""
    """What a click has failed by a moment ago, in one sentence."""
    recent: Sequence[RecentDocument] = ()
    """The last changed first."""
