"""Takes away what nothing needs any more, in small steps, when there is nothing better to do."""

import time

from vectray_client.indexer.generations import FORMER
from vectray_client.store.store import Store

_FIRST_SECONDS = 60.0
_EVERY_SECONDS = 900.0
_STEP_SECONDS = 0.2
"""Between two steps of a long task, so that it is never noticed."""
_STEP_DOCUMENTS = 64
"""Dropped in one commit: a tenth of a second or two, in which nothing else is stored."""
_GRACE_NS = 900 * 1_000_000_000
"""A quarter of an hour: a branch is switched back, a moved folder turns up elsewhere, a deletion is undone."""


class Tidying:
    """Runs in the pipeline's thread."""

    def __init__(self, store: Store, *, now: float) -> None:
        self._store = store
        self._swept_to: int | None = None
        """Vectors up to this id have been swept; None while there is no need to."""
        self.due_at = now + _FIRST_SECONDS

    def advance(self, now: float) -> None:
        """Do one step if one is due."""
        if now < self.due_at:
            return
        has_more = (
            self._collect()
            or self._sweep_documents()
            or self._sweep_vectors()
            or self._store.merge_some_words()
        )
        self.due_at = now + (_STEP_SECONDS if has_more else _EVERY_SECONDS)

    def _sweep_documents(self) -> bool:
        """Drop some contents that nothing holds; return whether there were any."""
        swept = self._store.sweep_documents(now_ns=time.time_ns(), grace_ns=_GRACE_NS, limit=_STEP_DOCUMENTS)
        if swept and self._swept_to is None:
            self._swept_to = 0
        return swept > 0

    def _sweep_vectors(self) -> bool:
        """Drop some vectors that nothing refers to, if there are many; return whether there may be more."""
        if self._swept_to == 0 and not self._store.has_vectors_in_excess():
            self._swept_to = None
        if self._swept_to is not None:
            self._swept_to = self._store.sweep_some_vectors(after=self._swept_to)
        return self._swept_to is not None

    def _collect(self) -> bool:
        """Drop some of a model that nobody will go back to; return whether there was one."""
        used = {model.fingerprint for model in (self._store.model(), self._store.next_model()) if model}
        former, _, until = self._store.setting(FORMER).partition(" ")
        if former and time.time() < float(until):
            used.add(former)
        for model in self._store.models():
            if model.fingerprint not in used:
                self._store.collect(model)
                return True
        return False
