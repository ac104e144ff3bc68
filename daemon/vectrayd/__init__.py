"""vectrayd: the daemon that owns the embedding models and lends them to every program of the user."""

import importlib.metadata
import os

# Before anything imports numpy: two threads that wait for each other at every product take ten times as long as one where
# other programs are busy, and the daemon's products are small.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Likewise before gRPC: what its C core notes of connections is nobody's business but a debugger's.
os.environ.setdefault("GRPC_VERBOSITY", "ERROR")

__version__ = importlib.metadata.version("vectray")
