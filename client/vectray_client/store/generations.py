"""Models side by side: whose passages are searched, whose are being made, and whose are kept in case."""

from typing import Final

from vectray_client.store.connected import MODEL, NEXT_MODEL
from vectray_client.store.records import Model
from vectray_client.store.writing import Writing

_DOCUMENTS: Final = 100
_VECTORS: Final = 2_000
"""Dropped in one commit: some ten milliseconds, in which nothing else is stored."""


class Generations(Writing):
    """Changes of the model. Each commits before it returns."""

    def set_model(self, model: Model) -> None:
        """Says whose passages are searched and stored from now on. One row changes.

        Nothing is dropped: files without passages of this model count as unsettled, and those of the former one are back
        should it be set again.
        """
        with self.transaction():
            self.set_setting(MODEL, self._number(model))
            if self._next_model_id() == self._model_id():
                self.drop_next()

    def begin_next(self, model: Model) -> None:
        """Says whose passages are made beside the current ones, to be searched after `flip`. None are for the current model."""
        with self.transaction():
            self.set_setting(NEXT_MODEL, self._number(model))
            if self._next_model_id() == self._model_id():
                self.drop_next()

    def drop_next(self) -> None:
        """Makes no other model's passages any more. What was made stays until it is collected."""
        with self.transaction():
            self._connection.execute("DELETE FROM settings WHERE name = ?", (NEXT_MODEL,))

    def flip(self) -> None:
        """Searches the next model's passages from now on. The former ones stay, for the way back."""
        if (model := self.next_model()) is not None:
            self.set_model(model)

    def models(self) -> tuple[Model, ...]:
        """The models of which there are passages or vectors, in the order in which they came."""
        rows = self._connection.execute("SELECT id FROM models ORDER BY id").fetchall()
        return tuple(model for (number,) in rows if (model := self._model_of(number)) is not None)

    def collect(self, model: Model) -> bool:
        """Drops some of what is kept of a model that is neither current nor next; returns whether there is more.

        Raises ValueError for one that is.
        """
        model_id = self._model_id(model.fingerprint)
        if model_id in (self._model_id(), self._next_model_id()):
            raise ValueError("a model in use is not collected")
        with self.transaction():
            documents = self._connection.execute(
                "SELECT id FROM documents WHERE model = ? LIMIT ?", (model_id, _DOCUMENTS)
            ).fetchall()
            if documents:
                self._drop_documents(documents)
                return True
            if self._connection.execute(_DROP_VECTORS, (model_id, _VECTORS)).rowcount:
                return True
            self._connection.execute("DELETE FROM models WHERE id = ?", (model_id,))
            return False

    def _number(self, model: Model) -> int:
        ((model_id,),) = self._connection.execute(
            "INSERT INTO models (fingerprint, name, dimensions) VALUES (?, ?, ?)"
            " ON CONFLICT (fingerprint) DO UPDATE SET name = excluded.name RETURNING id",
            (model.fingerprint, model.name, model.dimensions),
        ).fetchall()
        return int(model_id)


_DROP_VECTORS: Final = "DELETE FROM vectors WHERE id IN (SELECT id FROM vectors WHERE model = ? LIMIT ?)"
