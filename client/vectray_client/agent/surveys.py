"""Looks through folders for whoever is about to add one, each in a thread of its own: a drive that hangs holds up nobody else."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from queue import Empty, SimpleQueue

from vectray_client.agent.status import TooManyWatchers
from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope, check_eligible
from vectray_client.indexer.generations import WANTED
from vectray_client.sdk.surveyed import Survey
from vectray_client.store.reading import open_reader
from vectray_client.surveying.ground import Ground, ground_of, real_home
from vectray_client.surveying.prospect import ASKED_BYTES, ASKED_TEXTS, Prospect, prospect_of
from vectray_client.surveying.survey import survey

_MOST = 3
"""At once: windows in which somebody chooses a folder."""
_LOOK_SECONDS = 0.2
"""Between two looks whether somebody still wants to know."""
_News = Survey | Exception


class Surveys:
    """May be called from any thread."""

    def __init__(
        self, embedder: Embedder, *, index_file: Path, scope: Scope, seconds_left: Callable[[], float]
    ) -> None:
        """`seconds_left` tells how long it takes until nothing waits."""
        self._embedder = embedder
        self._index_file = index_file
        self._scope = scope
        self._seconds_left = seconds_left
        self._room = threading.BoundedSemaphore(_MOST)

    def look_through(self, folder: str, has_left: threading.Event) -> Iterator[Survey]:
        """Yield what is known so far of a folder, given by its real path, at last the whole; nothing more once the caller has left.

        Raises:
            OwnFolder, FolderMissing, NotAFolder: it cannot be indexed, or is out of reach by now.
            TooManyWatchers: that many are looked through already.

        """
        check_eligible(folder, self._scope)
        if not self._room.acquire(blocking=False):
            raise TooManyWatchers("Too many folders are looked through at once.")
        told: SimpleQueue[_News] = SimpleQueue()
        threading.Thread(
            target=self._look_through, args=(folder, has_left, told.put), name="survey", daemon=True
        ).start()
        try:
            yield from _until_done(told, has_left)
        finally:
            has_left.set()

    def _look_through(self, folder: str, has_left: threading.Event, tell: Callable[[_News], None]) -> None:
        try:
            ground = self._ground(folder)
            for known in survey(ground, foreseen(self._embedder, ground.model, self._seconds_left())):
                if has_left.is_set():
                    break
                tell(known)
        except Exception as error:  # noqa: BLE001 - it is raised again for whoever asked
            tell(error)
        finally:
            self._room.release()

    def _ground(self, folder: str) -> Ground:
        with open_reader(self._index_file) as reader:
            return ground_of(folder, self._scope, reader, home=real_home(), model=reader.setting(WANTED))


def foreseen(embedder: Embedder, model: str, seconds_before: float = 0.0) -> "Future[Prospect]":
    """Ask the daemon about a model, its default without one, in a thread that nobody waits for: it may have to be started."""
    prospect: Future[Prospect] = Future()

    def ask() -> None:
        try:
            state, estimate = embedder.foresee(model, texts=ASKED_TEXTS, size_bytes=ASKED_BYTES)
            prospect.set_result(prospect_of(state, estimate, seconds_before=seconds_before))
        except BaseException as error:  # noqa: BLE001 - whatever it is, nothing is known of the model then
            prospect.set_exception(error)

    threading.Thread(target=ask, name="prospect", daemon=True).start()
    return prospect


def _until_done(told: "SimpleQueue[_News]", has_left: threading.Event) -> Iterator[Survey]:
    while not has_left.is_set():
        try:
            news = told.get(timeout=_LOOK_SECONDS)
        except Empty:
            continue
        if isinstance(news, Exception):
            raise news
        yield news
        if news.is_done:
            return
