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
from vectray_client.sdk.results import DaemonState, Encoded, ModelState, Sparse, Tokenizer, TruncationWarning

__all__ = [
    "AsyncDaemon",
    "Daemon",
    "DaemonMismatch",
    "DaemonState",
    "DaemonUnavailable",
    "Encoded",
    "ModelState",
    "RequestRefused",
    "Sparse",
    "TextRefused",
    "Tokenizer",
    "TruncationWarning",
    "VectrayClientError",
    "connect",
    "connect_async",
]
