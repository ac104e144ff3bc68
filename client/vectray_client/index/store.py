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
from vectray_client.index.sweeping import Sweeping


class Store(Noting, Contents, Generations, Sweeping):
    """All questions and all changes."""


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """The index, to be written; made or upgraded where needed. Raises IndexBusy, IndexTooNew, NotAnIndex."""
    with writing_connection(path) as connection:
        store = Store(connection)
        store.renew_keywords()
        yield store
