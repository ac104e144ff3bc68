"""Small things that were found out on this machine, each a JSON file in one folder. Forgetting one costs time and nothing else."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path


class Remembered:
    """A folder of findings, each under any key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def place(self, key: str, suffix: str = ".json") -> Path:
        """Return the path of what is kept under `key`."""
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()}{suffix}"

    def read(self, key: str) -> dict[str, object]:
        """Return what is kept under `key`; empty if there is nothing, or it is damaged."""
        try:
            kept = json.loads(self.place(key).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def write(self, key: str, value: Mapping[str, object]) -> None:
        """Keep `value` under `key`."""
        self.write_text(key, json.dumps(value))

    def write_text(self, key: str, text: str, suffix: str = ".json") -> None:
        """Keep `text`, wholly or not at all. A disk that does not take it is no obstacle."""
        place = self.place(key, suffix)
        unfinished = place.with_name(f"{place.name}.unfinished")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(text, "utf-8")
            unfinished.replace(place)
        except OSError:
            return
