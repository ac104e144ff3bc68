"""The client side of Vectray. What other programs import is here: `connect()` and `index()`, their asyncio twins, and what they give."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vectray_client.sdk.agent import Agent, index
    from vectray_client.sdk.agent_async import AsyncAgent, index_async
    from vectray_client.sdk.client import Daemon, connect
    from vectray_client.sdk.client_async import AsyncDaemon, connect_async
    from vectray_client.sdk.errors import (
        AgentMismatch,
        AgentUnavailable,
        DaemonMismatch,
        DaemonUnavailable,
        RequestRefused,
        TextRefused,
        VectrayClientError,
    )
    from vectray_client.sdk.found import Found, Map, PageAddress, Point, Reading
    from vectray_client.sdk.index_states import AgentState, Explanation, FolderState, Problem
    from vectray_client.sdk.ranking import Ranked
    from vectray_client.sdk.reranking import Scored
    from vectray_client.sdk.results import Encoded, Sparse, TruncationWarning
    from vectray_client.sdk.states import DaemonState, LaneLoad, ModelState, Progress, Tokenizer
    from vectray_client.sdk.tokens import Estimate, Tokens

__all__ = [
    "Agent",
    "AgentMismatch",
    "AgentState",
    "AgentUnavailable",
    "AsyncAgent",
    "AsyncDaemon",
    "Daemon",
    "DaemonMismatch",
    "DaemonState",
    "DaemonUnavailable",
    "Encoded",
    "Estimate",
    "Explanation",
    "FolderState",
    "Found",
    "LaneLoad",
    "Map",
    "ModelState",
    "PageAddress",
    "Point",
    "Problem",
    "Progress",
    "Ranked",
    "Reading",
    "RequestRefused",
    "Scored",
    "Sparse",
    "TextRefused",
    "Tokenizer",
    "Tokens",
    "TruncationWarning",
    "VectrayClientError",
    "connect",
    "connect_async",
    "index",
    "index_async",
]
_MODULES = {
    "agent": "Agent index",
    "agent_async": "AsyncAgent index_async",
    "client": "Daemon connect",
    "client_async": "AsyncDaemon connect_async",
    "errors": "AgentMismatch AgentUnavailable DaemonMismatch DaemonUnavailable RequestRefused TextRefused VectrayClientError",
    "found": "Found Map PageAddress Point Reading",
    "index_states": "AgentState Explanation FolderState Problem",
    "ranking": "Ranked",
    "reranking": "Scored",
    "results": "Encoded Sparse TruncationWarning",
    "states": "DaemonState LaneLoad ModelState Progress Tokenizer",
    "tokens": "Estimate Tokens",
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names.split()}


def __getattr__(name: str) -> object:
    """Loaded when it is asked for (PEP 562): processes that read files have no use for gRPC, and no business with it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"vectray_client.sdk.{_HOMES[name]}"), name)
