"""What gRPC hands to services and interceptors, as far as its own annotations know it."""

from typing import Any

import grpc.aio

Context = grpc.aio.ServicerContext[Any, Any]
Handler = Any
"""grpc's handler; its annotations know only synchronous functions."""
