"""The contract of Vectray: what the daemon and its clients say to each other (`vectray.v1`), and where they meet (`vectray.places`)."""

CONTRACT_REVISION = 3
"""Rises with every change of `vectray.v1` that an older program could trip over. Both sides compare it before anything else."""
