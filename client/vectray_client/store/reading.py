"""What can be asked of the index. Whatever it answers was committed as a whole."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vectray_client.store.awaiting import Awaiting
from vectray_client.store.canonical import Canonical
from vectray_client.store.filed import Filed
from vectray_client.store.leafing import Leafing
from vectray_client.store.naming import Naming
from vectray_client.store.opening import reading_connection
from vectray_client.store.recent import Recent


class Reader(Filed, Naming, Leafing, Recent, Awaiting, Canonical):
    """All questions, over one connection, in the thread that opened it."""


@contextmanager
def open_reader(path: Path) -> Iterator[Reader]:
    """The index, to be read while another thread or process may write it.

    Raises IndexMissing, IndexOutdated, IndexTooNew, NotAnIndex.
    """
    with reading_connection(path) as connection:
        yield Reader(connection)
