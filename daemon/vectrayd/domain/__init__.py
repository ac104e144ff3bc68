"""Frozen values and errors that every layer of the daemon speaks in. Imports the standard library and numpy, nothing else."""
