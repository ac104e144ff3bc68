"""What a filter means in SQL: the conditions, their parameters, and the functions that they call."""

import json
import os
import sqlite3
from bisect import bisect_right
from functools import lru_cache
from typing import Final

from vectray_client.store.filed import LAST_PATH, below
from vectray_client.store.folding import folded
from vectray_client.store.records import Filter

IN_PLACE: Final = "files.path >= place.value ->> 0 AND files.path < place.value ->> 1"
"""Whether a path lies in one of the places, which share none."""

FITTING: Final = """(:file_types IS NULL OR files.file_type IN (SELECT value FROM json_each(:file_types)))
    AND (:since IS NULL OR files.mtime_ns >= :since) AND (:before IS NULL OR files.mtime_ns < :before)
    AND (:name IS NULL OR instr(folded_name(files.path), :name))
    AND (:named_ids IS NULL OR files.id IN (SELECT value FROM json_each(:named_ids)))"""
"""Whether a file is of the type, time and name in question."""

HOLDING: Final = """(:holding IS NULL OR chunks.id IN (SELECT rowid FROM keywords WHERE keywords MATCH :holding))
    AND (:lacking IS NULL OR chunks.id NOT IN (SELECT rowid FROM keywords WHERE keywords MATCH :lacking))"""
"""Whether a passage has the words that it must have, and none that it must not."""

# CROSS: SQLite does not change the order. From the files of the folders to their chunks, not from all chunks to their files ...
_FILES: Final = f"""FROM json_each(:places) AS place CROSS JOIN files ON {IN_PLACE}
    CROSS JOIN documents ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type"""

_WANTED: Final = f"WHERE documents.model = :model AND {FITTING}"

FILTERED_DOCUMENTS: Final = f"{_FILES} {_WANTED}"
"""The documents of the files that a filter leaves."""

FILTERED_CHUNKS: Final = f"{_FILES} CROSS JOIN chunks ON chunks.document = documents.id {_WANTED}"
"""Their chunks. HOLDING is still to be asked."""

# ... and from the few chunks in question to their files, not the other way round.
CHOSEN_CHUNKS: Final = f"""FROM chunks
    CROSS JOIN documents ON chunks.document = documents.id
    CROSS JOIN files ON documents.sha256 = files.sha256 AND documents.file_type = files.file_type
    {_WANTED} AND (:within IS NULL OR lies_within(files.path, :within))"""
"""Chunks that a further condition chooses, and the files that a filter leaves of those that hold them. HOLDING is still to be asked."""


def give_functions(connection: sqlite3.Connection) -> None:
    """Give a connection what the conditions call."""
    connection.create_function("folded_name", 1, _folded_name, deterministic=True)
    connection.create_function("lies_within", 2, _lies_within, deterministic=True)


def parameters(filter_: Filter) -> dict[str, str | int | None]:
    """Return the parameters of all these conditions but :model."""
    places = [below(folder) for folder in filter_.folders] or [("", LAST_PATH)]
    return {
        "places": json.dumps(places),
        "within": json.dumps(sorted(places)) if filter_.folders else None,
        "file_types": json.dumps(filter_.file_types) if filter_.file_types else None,
        "since": filter_.modified_since_ns,
        "before": filter_.modified_before_ns,
        "name": folded(filter_.name) or None,
        "named_ids": None if filter_.named_ids is None else json.dumps(filter_.named_ids),
        "holding": filter_.holding or None,
        "lacking": filter_.lacking or None,
    }


def narrowed(match: str, filter_: Filter) -> str:
    """Return an expression of FTS5 for what matches another, has what a passage must have, and nothing that it must not."""
    holding = f"({match}) AND ({filter_.holding})" if filter_.holding else match
    return f"({holding}) NOT ({filter_.lacking})" if filter_.lacking else holding


def _folded_name(path: str) -> str:
    return folded(path.rpartition(os.sep)[2])


def _lies_within(path: str, places: str) -> bool:
    """Whether a path lies in one of some places: a JSON array of bounds as `below` has them, ascending."""
    lows, highs = _bounds(places)
    at = bisect_right(lows, path) - 1
    return at >= 0 and path < highs[at]


@lru_cache(maxsize=16)  # asked for each of a search's candidates
def _bounds(places: str) -> tuple[list[str], list[str]]:
    bounds = json.loads(places)
    return [low for low, _ in bounds], [high for _, high in bounds]
