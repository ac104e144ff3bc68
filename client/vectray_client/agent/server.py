"""The agent's door: a Unix socket that only its user may open, and the service behind it."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import grpc

from vectray.v1 import index_pb2_grpc
from vectray_client.agent.guard import Guard
from vectray_client.agent.searching import Searching
from vectray_client.agent.service import IndexService
from vectray_client.agent.status import NotServed
from vectray_client.agent.surveys import Surveys
from vectray_client.agent.vectors import kept_vectors
from vectray_client.domain import Fault
from vectray_client.drawing.drawing import Drawing
from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.sdk.found import PageAddress

_THREADS = 16
_MOST_WATCHERS = 8
"""Each holds a thread for as long as it watches; the other half is for everybody's calls."""
_GRACE_SECONDS = 1.0
"""For running calls, once the agent is told to end. Those that wait for the pipeline are answered by its end."""
_OPTIONS: Sequence[tuple[str, int]] = (
    ("grpc.max_receive_message_length", 1024 * 1024),
    ("grpc.max_send_message_length", 32 * 1024 * 1024),
    ("grpc.max_metadata_size", 8 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024),
)


class CannotListen(Fault):
    """The socket cannot be bound."""


def no_page(query: str, view: str) -> PageAddress:  # noqa: ARG001 - as every `open_page`
    """Raises NotServed."""
    raise NotServed("This agent serves no page.")


@contextmanager
def serve(
    pipeline: Pipeline,
    embedder: Embedder,
    *,
    socket: Path,
    index_file: Path,
    scope: Scope,
    complain: Callable[[Exception], None],
    open_page: Callable[[str, str], PageAddress] = no_page,
    note_question: Callable[[], None] = lambda: None,
    hurry: Callable[[], None] = lambda: None,
) -> Iterator[None]:
    """Serve the index on `socket`, in a folder that only this user may enter, as long as the block lasts.

    The caller holds the agent's lock: gRPC would take the path away from a running server without a word. `embedder` is open, and
    outlives the block; `complain` hears of what goes wrong in the background; `open_page` returns where the page is opened with a query, at a view;
    `note_question` hears of each search before it begins, `hurry` of who wants full speed in spite of what slows it.

    Raises:
        CannotListen: the socket cannot be bound.

    """
    with (
        kept_vectors(pipeline, index_file, complain=complain) as vectors,
        Searching(
            pipeline, embedder, vectors, index_file=index_file, note_question=note_question
        ) as searching,
        Drawing(index_file=index_file) as drawing,
    ):
        service = IndexService(
            pipeline,
            searching,
            index_file=index_file,
            scope=scope,
            discard_cache=vectors.discard_cache,
            most_watchers=_MOST_WATCHERS,
            surveys=Surveys(
                embedder,
                index_file=index_file,
                scope=scope,
                seconds_left=lambda: pipeline.state().seconds_left,
            ),
            draw=drawing.map,
            open_page=open_page,
            hurry=hurry,
        )
        server = grpc.server(
            ThreadPoolExecutor(_THREADS, thread_name_prefix="call"), interceptors=[Guard()], options=_OPTIONS
        )
        index_pb2_grpc.add_IndexServiceServicer_to_server(service, server)
        _bind(server, socket)
        try:
            yield
        finally:
            server.stop(_GRACE_SECONDS).wait()


def _bind(server: grpc.Server, socket: Path) -> None:
    closed = os.umask(0o177)
    try:
        server.add_insecure_port(f"unix:{socket}")
        server.start()
    except RuntimeError as cause:
        raise CannotListen(f"The agent cannot listen on {socket}.") from cause
    finally:
        os.umask(closed)
