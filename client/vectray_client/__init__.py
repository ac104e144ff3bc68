"""The client side of Vectray. What other programs import is here: `connect()`, `connect_async()` and what they give."""

from vectray_client.sdk.client import Daemon, connect
from vectray_client.sdk.client_async import AsyncDaemon, connect_async
from vectray_client.sdk.errors import (
    DaemonMismatch,
    DaemonUnavailable,
    RequestRefused,
    TextRefused,
    VectrayClientError,
)
from vectray_client.sdk.ranking import Ranked
from vectray_client.sdk.results import Encoded, Sparse, TruncationWarning
from vectray_client.sdk.states import DaemonState, LaneLoad, ModelState, Progress, Tokenizer
from vectray_client.sdk.tokens import Estimate, Tokens

__all__ = [
    "AsyncDaemon",
    "Daemon",
    "DaemonMismatch",
    "DaemonState",
    "DaemonUnavailable",
    "Encoded",
    "Estimate",
    "LaneLoad",
    "ModelState",
    "Progress",
    "Ranked",
    "RequestRefused",
    "Sparse",
    "TextRefused",
    "Tokenizer",
    "Tokens",
    "TruncationWarning",
    "VectrayClientError",
    "connect",
    "connect_async",
]
