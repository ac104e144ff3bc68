"""What changed in a folder."""
