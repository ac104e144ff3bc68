"""The daemon, for ordinary programs.

`AsyncDaemon` is the asyncio twin; what the two say to the daemon, and what its answers mean, stands in the modules that they share.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar, Unpack, overload

import grpc
from numpy.typing import ArrayLike

from vectray.places import find_places
from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk import brief, requests, results
from vectray_client.sdk.channel import Patience, Timer
from vectray_client.sdk.doors import chosen_door
from vectray_client.sdk.errors import LostConnection
from vectray_client.sdk.line import Line
from vectray_client.sdk.model_calls import ModelCalls
from vectray_client.sdk.requests import Output
from vectray_client.sdk.results import Encoded, Vectors
from vectray_client.sdk.stream import StreamSession
from vectray_client.sdk.text_calls import TextCalls

Id = TypeVar("Id", bound=Hashable)


def connect(
    address: str | None = None,
    *,
    token: str | None = None,
    certificate: Path | None = None,
    lane: requests.Lane = "normal",
    client_name: str = "",
) -> "Daemon":
    """Connect to the daemon of this user, started now if it was not running. Use as a context manager, or call `close`.

    With an `address` (HOST:PORT) and a `token`, connect to a daemon that listens there. TLS is used beyond this machine, and wherever
    a `certificate` is given: a PEM file of those who may vouch for the daemon.

    `lane` says who waits for the calls that do not say so themselves. The machine is shared out fairly between programs by `client_name`;
    without one it is the name that this program was started by.

    Raises:
        DaemonUnavailable: it cannot be started or reached.
        DaemonMismatch: a daemon of another release is running.
        RequestRefused: the token is not the daemon's.

    """
    door = chosen_door(find_places(), address, token, certificate)
    return Daemon(door, lane=lane, client_name=client_name)


class Daemon(TextCalls, ModelCalls):
    """A connection to vectrayd. May be used from several threads."""

    @overload
    def encode(
        self, texts: Sequence[str], *, outputs: None = None, **words: Unpack[requests.EncodeWords]
    ) -> Vectors: ...

    @overload
    def encode(
        self, texts: Sequence[str], *, outputs: Sequence[Output], **words: Unpack[requests.EncodeWords]
    ) -> list[Encoded]: ...

    def encode(
        self,
        texts: Sequence[str],
        *,
        model: str | None = None,
        task: str | None = None,
        normalize: bool = True,
        dimensions: int = 0,
        overlong: requests.Overlong = "truncate",
        outputs: Sequence[Output] | None = None,
        lane: requests.Lane | None = None,
        fingerprint: str = "",
        timeout_seconds: float | None = None,
    ) -> Vectors | list[Encoded]:
        """Encode `texts`: float32 (n, dimensions), in their order.

        `task` is "query", "document" or the name of one of the model's prompts; without it the model's own default holds.
        `overlong` says what becomes of a text that is longer than the model's window: "truncate" cuts it and warns with
        TruncationWarning, "error" refuses it, "chunk-mean" averages the vectors of its windows. With `outputs`, of "dense", "sparse" and
        "multi-vector", each text's answer is an Encoded that has those, its numbers of tokens and the vectors' fingerprint.
        With `fingerprint`, vectors of any other space are refused.

        Raises:
            TextRefused: a text cannot be encoded; the message gives its position.
            RequestRefused: nothing can, for example because there is no such model, or it has no such output.
            DaemonUnavailable: the daemon was lost and could not be brought back.

        """
        options = requests.options(
            model=model,
            task=task,
            normalize=normalize,
            dimensions=dimensions,
            overlong=overlong,
            outputs=outputs or (),
            fingerprint=fingerprint,
        )
        timer = Timer(timeout_seconds)
        pairs, dimensions = self._answers(requests.several(texts), options, lane or self._lane, timer)
        answers = results.in_order(pairs)
        return results.stacked(answers, dimensions) if outputs is None else answers

    def encode_stream(
        self,
        pairs: Iterable[tuple[Id, str]],
        *,
        model: str | None = None,
        task: str | None = None,
        normalize: bool = True,
        dimensions: int = 0,
        overlong: requests.Overlong = "truncate",
        outputs: Sequence[Output] = ("dense",),
        lane: requests.Lane = "bulk",
        fingerprint: str = "",
        timeout_seconds: float | None = None,
    ) -> Iterator[tuple[Id, Encoded]]:
        """Encode any number of texts, given with ids; yields (id, answer) in the order in which they are done.

        `pairs` is read ahead, in the caller's thread, as far as the daemon grants credit. What was read is sent within
        milliseconds, and answers are handed over between two texts; while `pairs` itself waits for its next text, they wait too. A
        text that cannot be encoded has an answer with an `error`; the others go on. If the daemon goes away, the stream resumes on
        its own with what is unanswered, so that every id is answered once. With `fingerprint`, vectors of any other space are
        refused. `timeout_seconds` bounds the whole stream.

        Raises:
            RequestRefused: the stream cannot be opened.
            DaemonUnavailable: the daemon was lost and could not be brought back, or did not answer in time.

        """
        options = requests.options(
            model=model,
            task=task,
            normalize=normalize,
            dimensions=dimensions,
            overlong=overlong,
            outputs=outputs,
            fingerprint=fingerprint,
        )
        return self._drive(self._session(options, lane=lane), pairs, Timer(timeout_seconds))

    def similarity(
        self,
        queries: Sequence[str] | ArrayLike,
        documents: Sequence[str] | ArrayLike,
        *,
        metric: requests.Metric = "cosine",
        pairwise: bool = False,
        model: str | None = None,
        timeout_seconds: float | None = None,
    ) -> Vectors:
        """Compare two sides, each texts or vectors (rows): float32 (n, m), or (n,) with `pairwise`. Larger means more alike.

        The vectors of a call, and its scores, may have 32 MiB. More than 2,048 texts on a side are encoded by themselves first.

        Raises:
            RequestRefused: the two sides cannot be compared.
            TextRefused: a text cannot be encoded.
            TypeError: a side is neither texts nor a rectangle of numbers.

        """
        request = requests.similarity(
            self._side(queries, model=model, task="query"),
            self._side(documents, model=model, task="document"),
            metric=metric,
            pairwise=pairwise,
            encode_options=requests.options(model=model),
            lane=self._lane,
            client_name=self._client_name,
        )
        timer = Timer(timeout_seconds or self._deadlines.loading_seconds)
        response = self._connection.call(
            lambda: self._connection.embedding.Similarity(request, timeout=timer.left())
        )
        return results.scores(response, pairwise=pairwise)

    def _answers(
        self, texts: Sequence[str], options: pb.EncodeOptions, lane: requests.Lane, timer: Timer
    ) -> tuple[list[tuple[int, Encoded]], int]:
        """Encode texts by the call that fits them; returns their answers by position, and the numbers of a vector."""
        request = brief.brief(texts, options, lane=lane, client_name=self._client_name)
        found = self._connection.call(lambda: self._at_once(request, timer)) if request else None
        if found:
            return found
        session: StreamSession[int] = self._session(options, lane=lane)
        return list(self._drive(session, enumerate(texts), timer)), session.dimensions

    def _at_once(
        self, request: pb.EncodeRequest, timer: Timer
    ) -> tuple[list[tuple[int, Encoded]], int] | None:
        """Encode a few texts in one call; None if it must be a stream after all."""
        patience = self._deadlines.silence_seconds
        timeout = timer.share(patience)
        try:
            response = self._connection.embedding.Encode(request, timeout=timeout)
        except grpc.RpcError as error:
            if brief.is_for_a_stream(error, is_late=timeout < patience):
                return None
            raise
        return brief.answers(response), response.format.dimensions

    def _session(self, options: pb.EncodeOptions, *, lane: requests.Lane) -> StreamSession[Id]:
        return StreamSession(requests.opening(options, lane=lane, client_name=self._client_name))

    def _side(
        self, values: Sequence[str] | ArrayLike, *, model: str | None, task: str
    ) -> list[str] | Vectors:
        side = requests.side(values)
        if isinstance(side, list) and len(side) > requests.MOST_COMPARED_TEXTS:
            return self.encode(side, model=model, task=task)
        return side

    def _drive(
        self,
        session: StreamSession[Id],
        pairs: Iterable[tuple[Id, str]],
        timer: Timer,
    ) -> Iterator[tuple[Id, Encoded]]:
        """Lead a session to its end, over as many connections as it takes."""
        source, patience = iter(pairs), Patience()
        return self._connection.persist(lambda: self._converse(session, source, patience, timer), patience)

    def _converse(
        self,
        session: StreamSession[Id],
        source: Iterator[tuple[Id, str]],
        patience: Patience,
        timer: Timer,
    ) -> Iterator[tuple[Id, Encoded]]:
        """Lead a session over one connection."""
        session.start_again()
        with Line(self._connection.embedding, session.opening, timeout_seconds=timer.left()) as line:
            while not session.is_done:
                response = line.receive(self._deadlines.between_messages(is_open=session.is_open))
                yield from _heard(session, [response], patience)
                line.send(session.outgoing())
                while session.wants_text:
                    session.take(next(source, None))
                    yield from session.refused()
                    line.send(session.outgoing())
                    yield from _heard(session, line.arrived(), patience)
                line.flush()


def _heard(
    session: StreamSession[Id], responses: Iterable[pb.EncodeStreamResponse], patience: Patience
) -> Iterator[tuple[Id, Encoded]]:
    for response in responses:
        for answer in session.receive(response):
            patience.renew()
            yield answer
        if session.is_stopping:
            raise LostConnection
