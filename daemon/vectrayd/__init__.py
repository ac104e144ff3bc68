"""vectrayd: the daemon that owns the embedding models and lends them to every program of the user."""

import importlib.metadata
import os

# Before anything imports numpy: two threads that wait for each other at every product take ten times as long as one where
# other programs are busy, and the daemon's products are small.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = importlib.metadata.version("vectray")
