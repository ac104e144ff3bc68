"""The agent: one pipeline and its door, watching until it is told to stop or nobody can find it any more."""

import math
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from vectray.places import Places, make_private
from vectray_client.agent.machine import Lookout
from vectray_client.agent.pace import (
    NO_HURRY,
    Machine,
    beside_questions,
    hurry_from,
    pace_for,
    still_hurried,
)
from vectray_client.agent.page import Page
from vectray_client.agent.presence import identity, only_agent
from vectray_client.agent.server import serve
from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope
from vectray_client.indexer.generations import WANTED
from vectray_client.indexer.pace import Pace
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.states import DaemonState
from vectray_client.store.store import open_store
from vectray_client.watch.watcher import Watcher
from vectray_client.web.settings import Diagnosis, Installation

_LOOK_SECONDS = 5.0
"""Between two looks at the machine, and at the door."""
_ASIDE_SECONDS = 3.0
"""After a question, in which the next one is likely."""


def run_agent(
    places: Places,
    embedder: Embedder,
    *,
    index_file: Path,
    scope: Scope,
    model: str = "",
    open_with: Sequence[str] = (),
    complain: Callable[[Exception], None] = lambda _: None,
) -> None:
    """Watch and index until a signal or the loss of the socket ends it. `embedder` is open and outlives the call.

    `model` names the model to use, empty for the one in use; `open_with` holds the commands with which the page opens files. `complain` hears of what goes wrong in the background. To be called in the main
    thread.

    Raises:
        AlreadyRunning: another agent serves this user.
        CannotListen: the socket cannot be bound.
        IndexFault: the index cannot be opened.
        OSError: a folder cannot be made, or is not this user's own.

    """
    installation = Installation(
        places=places,
        index_file=str(index_file),
        home=str(Path.home()),
        model=model,
        open_with=open_with,
        diagnose=partial(_diagnosis, places),
    )
    with only_agent(places):
        for folder in (places.data, places.index):
            make_private(folder)
        with open_store(index_file) as store, closing(ReadingRoom(embedder)) as room:
            if model:
                store.set_setting(WANTED, model)
            vigil = Vigil(Lookout(places.index, daemon_pid=places.daemon_pid))
            pipeline = Pipeline(
                store,
                embedder,
                room,
                index_file=index_file,
                scope=scope,
                make_watcher=partial(Watcher, rules=scope.rules, apart=scope.own),
                pace=vigil.pace,
            )
            door, page = places.agent_socket, Page(installation)
            with (
                closing(pipeline),
                serve(
                    pipeline,
                    embedder,
                    socket=door,
                    index_file=index_file,
                    scope=scope,
                    complain=complain,
                    open_page=page.open,
                    note_question=vigil.note_question,
                    hurry=vigil.hurry,
                ),
                closing(page),
                _stopped_by_signals(pipeline),
            ):
                vigil.guard(door, pipeline.stop)
                pipeline.run()


def _diagnosis(
    places: Places, agent: AgentState, daemon: DaemonState | VectrayClientError | None
) -> Diagnosis:
    from vectray_client.agent.diagnosed import diagnosis  # noqa: PLC0415 - most runs of the agent never need it

    return diagnosis(places, agent, daemon)


class Vigil:
    """Looks at the machine, and whether the agent can still be found, whenever it is asked for the pace and it is time."""

    def __init__(self, lookout: Lookout) -> None:
        self._lookout = lookout
        self._looked_at = self._asked_at = -math.inf
        self._machine, self._hurry = Machine(), NO_HURRY
        self._is_urged = False
        self._door: Path | None = None
        self._bound: tuple[int, int] | None = None
        self._tell_lost: Callable[[], None] = lambda: None

    def guard(self, door: Path, tell_lost: Callable[[], None]) -> None:
        """Call `tell_lost` once `door` leads elsewhere. Folders of a session are removed when it ends; nobody could end this agent then."""
        self._door, self._bound, self._tell_lost = door, identity(door), tell_lost

    def note_question(self) -> None:
        """Let the backlog step aside for a moment: somebody searches. May be called from any thread."""
        self._asked_at = time.monotonic()

    def hurry(self) -> None:
        """Go on at full speed in spite of every reason that there is now to go slowly. May be called from any thread."""
        self._is_urged = True

    def pace(self) -> Pace:
        """Return how fast the backlog may go."""
        now = time.monotonic()
        if now - self._looked_at >= _LOOK_SECONDS:
            self._look(now)
        if self._is_urged:
            self._is_urged = False
            self._hurry = hurry_from(self._machine, now)
        pace = pace_for(self._machine, self._hurry)
        return beside_questions(pace) if now - self._asked_at < _ASIDE_SECONDS else pace

    def _look(self, now: float) -> None:
        self._looked_at = now
        self._machine = self._lookout.look()
        self._hurry = still_hurried(self._hurry, self._machine, now)
        if self._door and identity(self._door) != self._bound:
            self._tell_lost()


@contextmanager
def _stopped_by_signals(pipeline: Pipeline) -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    former = {number: signal.signal(number, lambda *_: pipeline.stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
