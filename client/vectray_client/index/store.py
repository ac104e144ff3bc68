"""The index as its one writer sees it.

Every method commits before it returns, whole documents only, so a kill at any moment loses at most what was not yet
answered. `transaction` puts many of them into one commit. A store is used by the thread that opened it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectray_client.index.contents import Contents
from vectray_client.index.generations import Generations
from vectray_client.index.noting import Noting
from vectray_client.index.opening import writing_connection
from vectray_client.index.records import Forgotten
from vectray_client.index.sweeping import Sweeping


class Store(Noting, Contents, Generations, Sweeping):
    """All questions and all changes."""

    def forget(self, path: str) -> Forgotten:
        """Forgets a file, or all below a directory, leaves no trace of it, and keeps it out from now on.

        What a file elsewhere holds as well stays. Not inside a transaction; see `scrub` for what it costs.
        """
        with self.transaction():
            self.leave_out(path)
            files = self.forget_below(path)
        return Forgotten(files=files, is_scrubbed=self.scrub())


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """The index, to be written; made or upgraded where needed. Raises IndexBusy, IndexTooNew, NotAnIndex."""
    with writing_connection(path) as connection:
        store = Store(connection)
        store.renew_keywords()
        yield store
