"""The daemon, for ordinary programs.

`AsyncDaemon` is the asyncio twin; what the two say to the daemon, and what its answers mean, stands in the modules that they share.
"""

import queue
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from types import TracebackType
from typing import Self, TypeVar

import grpc
from numpy.typing import ArrayLike

from vectray.places import Places, find_places
from vectray.v1 import embedding_pb2 as pb
from vectray.v1 import embedding_pb2_grpc, models_pb2, models_pb2_grpc
from vectray_client.sdk import requests, results
from vectray_client.sdk.channel import OPTIONS, RECONNECT_SECONDS, Patience, address, client_name
from vectray_client.sdk.rendezvous import check_revision, ensure_daemon
from vectray_client.sdk.results import DaemonState, Encoded, ModelState, Tokenizer, Vectors
from vectray_client.sdk.stream import StreamSession

Id = TypeVar("Id", bound=Hashable)
Answer = TypeVar("Answer")


def connect() -> "Daemon":
    """Connect to the daemon of this user, started now if it was not running. Use as a context manager, or call `close`.

    Raises:
        DaemonUnavailable: it cannot be started.
        DaemonMismatch: a daemon of another release is running.

    """
    return Daemon(find_places())


class Daemon:
    """A connection to vectrayd. May be used from several threads."""

    def __init__(self, places: Places, *, lane: requests.Lane = "normal") -> None:
        self._places = places
        self._lane: requests.Lane = lane
        self._client_name = client_name()
        ensure_daemon(places)
        self._channel = grpc.insecure_channel(address(places), OPTIONS)
        self._embedding = embedding_pb2_grpc.EmbeddingServiceStub(self._channel)
        self._models = models_pb2_grpc.ModelServiceStub(self._channel)
        check_revision(self.state())

    def close(self) -> None:
        """Close the connection. The daemon goes on."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def encode(
        self,
        texts: Sequence[str],
        *,
        model: str | None = None,
        task: str | None = None,
        normalize: bool = True,
        dimensions: int = 0,
        overlong: requests.Overlong = "truncate",
    ) -> Vectors:
        """Encode `texts`: float32 (n, dimensions), in their order.

        `task` is "query", "document" or the name of one of the model's prompts; without it the model's own default holds.
        Warns with TruncationWarning where a text is longer than the model's window.

        Raises:
            TextRefused: a text cannot be encoded; the message gives its position.
            RequestRefused: nothing can, for example because there is no such model.
            DaemonUnavailable: the daemon was lost and could not be brought back.

        """
        session: StreamSession[int] = self._session(
            requests.options(
                model=model, task=task, normalize=normalize, dimensions=dimensions, overlong=overlong
            ),
            lane=self._lane,
        )
        answers = list(self._drive(session, enumerate(requests.several(texts))))
        return results.stacked(answers, session.dimensions)

    def encode_stream(
        self,
        pairs: Iterable[tuple[Id, str]],
        *,
        model: str | None = None,
        task: str | None = None,
        normalize: bool = True,
        dimensions: int = 0,
        overlong: requests.Overlong = "truncate",
        lane: requests.Lane = "bulk",
        fingerprint: str = "",
    ) -> Iterator[tuple[Id, Encoded]]:
        """Encode any number of texts, given with ids; yields (id, answer) in the order in which they are done.

        `pairs` is read ahead, in the caller's thread, as far as the daemon grants credit. A text that cannot be encoded has an
        answer with an `error`; the others go on. If the daemon goes away, the stream resumes on its own with what is unanswered, so
        that every id is answered once. With `fingerprint`, vectors of any other space are refused.

        Raises:
            RequestRefused: the stream cannot be opened.
            DaemonUnavailable: the daemon was lost and could not be brought back.

        """
        options = requests.options(
            model=model,
            task=task,
            normalize=normalize,
            dimensions=dimensions,
            overlong=overlong,
            fingerprint=fingerprint,
        )
        yield from self._drive(self._session(options, lane=lane), pairs)

    def similarity(
        self,
        queries: Sequence[str] | ArrayLike,
        documents: Sequence[str] | ArrayLike,
        *,
        metric: requests.Metric = "cosine",
        pairwise: bool = False,
        model: str | None = None,
    ) -> Vectors:
        """Compare two sides, each texts or vectors (rows): float32 (n, m), or (n,) with `pairwise`. Larger means more alike.

        Raises:
            RequestRefused: the two sides cannot be compared.

        """
        request = requests.similarity(
            queries,
            documents,
            metric=metric,
            pairwise=pairwise,
            encode_options=requests.options(model=model),
            lane=self._lane,
            client_name=self._client_name,
        )
        return results.scores(self._call(lambda: self._embedding.Similarity(request)), pairwise=pairwise)

    def state(self) -> DaemonState:
        """Return what the daemon tells of itself and its models."""
        return results.daemon_state(
            self._call(lambda: self._models.List(models_pb2.ModelServiceListRequest()))
        )

    def load(self, model: str | None = None) -> Iterator[ModelState]:
        """Load a model; yields its state now and then, lastly the loaded model's.

        Raises:
            RequestRefused: it cannot be loaded.

        """
        request = models_pb2.ModelServiceLoadRequest(model=model or "")
        for response in self._call(lambda: list(self._models.Load(request))):
            yield results.model_state(response.model)

    def tokenizer(self, model: str | None = None, *, known_fingerprint: str = "") -> Tokenizer:
        """Return a model's tokenizer, without its data if `known_fingerprint` is the model's.

        Raises:
            RequestRefused: the model cannot be loaded.

        """
        request = models_pb2.GetTokenizerRequest(model=model or "", known_fingerprint=known_fingerprint)
        return results.tokenizer(self._call(lambda: list(self._models.GetTokenizer(request))))

    def _session(self, options: pb.EncodeOptions, *, lane: requests.Lane) -> StreamSession[Id]:
        return StreamSession(requests.opening(options, lane=lane, client_name=self._client_name))

    def _call(self, call: Callable[[], Answer]) -> Answer:
        """Make an idempotent call, again if the daemon was lost meanwhile."""
        patience = Patience()
        while True:
            try:
                return call()
            except grpc.RpcError as error:
                if refusal := patience.after(error):
                    raise refusal from None
                self._reconnect()

    def _reconnect(self) -> None:
        ensure_daemon(self._places)
        # Until the channel has noticed the new daemon, calls would fail on the memory of the old one.
        grpc.channel_ready_future(self._channel).result(timeout=RECONNECT_SECONDS)

    def _drive(
        self, session: StreamSession[Id], pairs: Iterable[tuple[Id, str]]
    ) -> Iterator[tuple[Id, Encoded]]:
        """Lead a session to its end, over as many connections as it takes."""
        source, patience = iter(pairs), Patience()
        while not session.is_done:
            try:
                for answer in self._converse(session, source):
                    patience.renew()
                    yield answer
            except grpc.RpcError as error:
                if refusal := patience.after(error):
                    raise refusal from None
                self._reconnect()
                session.start_again()

    def _converse(
        self, session: StreamSession[Id], source: Iterator[tuple[Id, str]]
    ) -> Iterator[tuple[Id, Encoded]]:
        """Lead a session over one connection."""
        outbox: queue.SimpleQueue[pb.EncodeStreamRequest | None] = queue.SimpleQueue()
        outbox.put(session.opening)
        call = self._embedding.EncodeStream(iter(outbox.get, None))
        try:
            for response in call:
                yield from session.receive(response)
                while session.wants_text:
                    session.take(next(source, None))
                yield from session.refused()
                for message in session.outgoing():
                    outbox.put(message)
                if session.is_done:
                    return
        finally:
            outbox.put(None)
            call.cancel()
