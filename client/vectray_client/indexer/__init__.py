"""Brings the index up to date and keeps it so: what is looked at, read, embedded and committed, and when."""
