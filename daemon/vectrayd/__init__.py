"""vectrayd: the daemon that owns the embedding models and lends them to every program of the user."""

import importlib.metadata

__version__ = importlib.metadata.version("vectray")
