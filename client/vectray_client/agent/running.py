"""The agent: one pipeline and its door, watching until it is told to stop or nobody can find it any more."""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

from vectray.places import Places, make_private
from vectray_client.agent.machine import Lookout
from vectray_client.agent.page import Page
from vectray_client.agent.presence import only_agent
from vectray_client.agent.server import serve
from vectray_client.agent.vigil import Vigil
from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope
from vectray_client.indexer.generations import WANTED
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.states import DaemonState
from vectray_client.store.store import open_store
from vectray_client.watch.watcher import Watcher
from vectray_client.web.settings import Diagnosis, Installation


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

    `model` names the model to use, empty for the one in use; `open_with` holds the commands with which the page opens files. `complain` hears
    of what goes wrong in the background. To be called in the main thread.

    Raises:
        AlreadyRunning: another agent serves this user.
        CannotListen: the socket cannot be bound.
        IndexFault: the index cannot be opened.
        OSError: a folder cannot be made, or is not this user's own.

    """
    installation = _installation(places, index_file=index_file, model=model, open_with=open_with)
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
            page = Page(installation)
            serving = serve(
                pipeline,
                embedder,
                socket=places.agent_socket,
                index_file=index_file,
                scope=scope,
                complain=complain,
                open_page=page.open,
                note_question=vigil.note_question,
                hurry=vigil.hurry,
            )
            with closing(pipeline), serving, closing(page), _stopped_by_signals(pipeline):
                vigil.guard(places.agent_socket, pipeline.stop)
                pipeline.run()


def _installation(places: Places, *, index_file: Path, model: str, open_with: Sequence[str]) -> Installation:
    return Installation(
        places=places,
        index_file=str(index_file),
        home=str(Path.home()),
        model=model,
        open_with=open_with,
        diagnose=partial(_diagnosis, places),
    )


def _diagnosis(
    places: Places, agent: AgentState, daemon: DaemonState | VectrayClientError | None
) -> Diagnosis:
    from vectray_client.agent.diagnosed import diagnosis  # noqa: PLC0415 - most runs of the agent never need it

    return diagnosis(places, agent, daemon)


@contextmanager
def _stopped_by_signals(pipeline: Pipeline) -> Iterator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    former = {number: signal.signal(number, lambda *_: pipeline.stop()) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
