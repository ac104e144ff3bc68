"""The always-on part: keeps the index up to date while it runs, and serves it to this user's programs."""
