"""One connection to the index, and what every question to it needs: the settings, and whose passages are meant."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from vectray_client.store.records import Model

MODEL: Final = "model"
"""The setting that holds the number of the model whose passages are searched: the one row that changes models."""
NEXT_MODEL: Final = "next"
"""The setting that holds the number of the model whose passages are being made."""
RECIPE: Final = "recipe"
"""The setting that names the version of extractors and chunker in use."""
MENDED: Final = "mended"
"""The setting that says what was damaged and mended, for the person to be told as long as the damaged index lies there."""


class Connected:
    """Answers from one connection, in the thread that opened it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is asked inside is answered from one state, whatever is written meanwhile."""
        self._connection.execute("BEGIN")
        try:
            yield
        finally:
            if (
                self._connection.in_transaction
            ):  # SQLite has ended it by itself where a read failed, and that is what is to be told
                self._connection.execute("ROLLBACK")

    def model(self) -> Model | None:
        """The model whose passages are searched; None for a new index."""
        return self._model_of(self._model_id())

    def next_model(self) -> Model | None:
        """The model whose passages are being made, to be searched once they are complete."""
        return self._model_of(self._next_model_id())

    def setting(self, name: str) -> str:
        """A setting's value; empty where it was never set."""
        row = self._connection.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def _model_id(self, fingerprint: str | None = None) -> int | None:
        """The number of the model with this fingerprint, or of the current one."""
        if fingerprint is None:
            return self._numbered(MODEL)
        row = self._connection.execute(
            "SELECT id FROM models WHERE fingerprint = ?", (fingerprint,)
        ).fetchone()
        return None if row is None else int(row[0])

    def _next_model_id(self) -> int | None:
        return self._numbered(NEXT_MODEL)

    def _numbered(self, name: str) -> int | None:
        value = self.setting(name)
        return int(value) if value else None

    def _model_of(self, model_id: int | None) -> Model | None:
        row = self._connection.execute(
            "SELECT name, fingerprint, dimensions FROM models WHERE id = ?", (model_id,)
        ).fetchone()
        return row and Model(name=row[0], fingerprint=row[1], dimensions=row[2])
