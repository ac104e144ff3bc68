"""The search for files by their names."""

import sqlite3
from math import sqrt
from typing import Final

from vectray_client.store.name_forms import WHOLE, name_of, name_tokens, name_words, whole_name
from vectray_client.store.narrowing import FITTING
from vectray_client.store.records import EVERYTHING, Filter
from vectray_client.store.wording import Wording

_LOOKED_AT: Final = 200
"""Names that have all that was typed and are compared with it: the last that came. Whoever typed so little will type more."""


class Naming(Wording):
    """Questions about names. Only files whose passages can be found are ever answered."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        # The triggers of the table `files` call it.
        connection.create_function("name_tokens", 1, name_tokens, deterministic=True)

    def name_search(self, typed: str, limit: int, filter_: Filter = EVERYTHING) -> list[tuple[str, float]]:
        """Paths of files whose names have all words that somebody typed, best first, with scores above 0 up to 1.

        A word may be any part of the name from the beginning of a word or a Han character on, pinyin, or its initials. The score
        is the square root of the share of the name that was typed: 1 for the whole name. Nothing for a sentence.
        """
        words = name_words(typed)
        if not words:
            return []
        whole = whole_name(typed)
        parameters = {
            "whole": f'"{WHOLE}{whole}"',
            "match": " AND ".join(f'"{word}"*' for word in words),
            "looked_at": _LOOKED_AT if filter_ == EVERYTHING else -1,
            **self._parameters(filter_),
        }
        scores = {path: _score(path, whole) for (path,) in self._connection.execute(_NAMES, parameters)}
        return sorted(scores.items(), key=lambda item: (-item[1], item[0]))[:limit]


def _score(path: str, typed: str) -> float:
    name = name_of(path)
    whole = whole_name(name.rpartition(".")[0] or name)
    return 1.0 if whole == typed else sqrt(min(0.99, len(typed) / max(1, len(whole))))


_NAMES: Final = f"""SELECT files.path FROM (
        SELECT rowid FROM (SELECT rowid FROM names WHERE names MATCH :whole ORDER BY rowid DESC LIMIT :looked_at)
        UNION SELECT rowid FROM (SELECT rowid FROM names WHERE names MATCH :match ORDER BY rowid DESC LIMIT :looked_at)
    ) AS named CROSS JOIN files ON files.id = named.rowid
    WHERE EXISTS (SELECT 1 FROM documents WHERE documents.model = :model
        AND documents.sha256 = files.sha256 AND documents.file_type = files.file_type)
    AND {FITTING} AND (:within IS NULL OR lies_within(files.path, :within))"""  # noqa: S608 - constants
