"""The index as its one writer sees it.

Every method commits before it returns, whole documents only, so a kill at any moment loses at most what was not yet
answered. `transaction` puts many of them into one commit. A store is used by the thread that opened it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectray_client.store.connected import MENDED
from vectray_client.store.contents import Contents
from vectray_client.store.generations import Generations
from vectray_client.store.noting import Noting
from vectray_client.store.opening import damaged_file, writing_connection
from vectray_client.store.records import Forgotten
from vectray_client.store.sweeping import Sweeping


class Store(Noting, Contents, Generations, Sweeping):
    """All questions and all changes."""

    def forget(self, path: str) -> Forgotten:
        """Forgets a file, or all below a directory with the folders there, and leaves no trace of it.

        In an indexed folder it is kept out from now on. What a file elsewhere holds as well stays. Not inside a transaction; see
        `scrub` for what it costs.
        """
        inside = {path, *self.nested_folders(path)}.intersection(self.folders())
        with self.transaction():
            files = sum(self.remove_folder(folder) for folder in inside) + self.forget_below(path)
            if self.holders(path):
                self.leave_out(path)
        return Forgotten(files=files, is_scrubbed=self.scrub())


@contextmanager
def open_store(path: Path) -> Iterator[Store]:
    """The index, to be written; made or upgraded where needed. Raises IndexBusy, IndexTooNew, NotAnIndex."""
    with writing_connection(path) as connection:
        store = Store(connection)
        if not damaged_file(path).exists():
            store.set_setting(MENDED, "")
        store.renew_keywords()
        store.renew_names()
        yield store
