"""How files come into a watched folder."""

from pathlib import Path


def write(path: Path, content: str = "text") -> Path:
    """A file and the directories above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path
