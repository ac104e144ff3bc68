"""The answer to a question where no agent runs, made in this process."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import TypeVar

from vectray_client.cli.reaching import embedder_for
from vectray_client.cli.terminal import margin, say
from vectray_client.config import Config
from vectray_client.domain import Hit
from vectray_client.embed.embedder import Embedder, Vector
from vectray_client.freshness import folders_about, pending_in
from vectray_client.sdk.errors import RequestRefused, TextRefused, VectrayClientError
from vectray_client.sdk.found import Found
from vectray_client.searcher.excerpts import excerpted, sentences_to_embed
from vectray_client.searcher.narrowing import narrowed
from vectray_client.searcher.question import Question
from vectray_client.searcher.search import search
from vectray_client.store.reading import Reader, open_reader
from vectray_client.store.records import Filter, Model
from vectray_client.store.vector_cache import cache_beside
from vectray_client.store.vector_index import VectorIndex

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question, as it was typed."""

    query: str
    question: Question
    """The query, taken apart."""
    where: Filter
    top: int
    more_passages: int
    words_only: bool
    rerank: bool


def answer_by_hand(asked: Asked, config: Config) -> Found:
    """Answer from the index as it stands, counting what differs from it in the folders that were asked about.

    Raises:
        IndexMissing: there is no index.

    """
    with open_reader(config.index_file) as reader, embedder_for(config) as embedder:
        where = narrowed(asked.where, asked.question, indexed=reader.folders())
        folders = _folders_about(reader, where.folders)
        if not folders:
            there = " there" if where.folders else ""
            say(f"nothing found: no folder is indexed{there}")
            return Found(hits=(), is_fresh=True, pending=0)
        words = asked.question.meaning
        model = None if asked.words_only or not words else reader.model()
        # The model may have to be loaded; meanwhile the folders are looked at. The index is asked from this thread alone.
        vector_asked = None if model is None else _in_background(lambda: _vector(embedder, words, model))
        waiting = [pending_in(reader, folder, config.scope, below=below) for folder, below in folders]
        for problem in filter(None, (folder.problem for folder in waiting)):
            say(f"what was indexed of it is still searched: {problem}")
        vector, reason = (None, "") if vector_asked is None else _arrived(vector_asked)
        hits = _hits(reader, asked, config, where=where, vector=vector)
        sentence_vectors = {} if model is None or vector is None else _sentence_vectors(embedder, hits, model)
        pending = sum(folder.pending for folder in waiting) + reader.waiting_documents()
    if not hits:
        say("nothing found")
    return Found(
        hits=excerpted(
            hits,
            asked.question,
            vector=vector,
            sentence_vectors=sentence_vectors,
        ),
        is_fresh=not pending,
        pending=pending,
        words_only_reason=reason,
    )


def _folders_about(reader: Reader, below: Sequence[str]) -> list[tuple[str, str | None]]:
    """The folders that were asked about, and below which path in each."""
    return [(folder, path) for path in below or (None,) for folder in folders_about(reader, path)]


def _hits(reader: Reader, asked: Asked, config: Config, *, where: Filter, vector: Vector | None) -> list[Hit]:
    index = None if vector is None else VectorIndex.open(reader, cache_beside(config.index_file))
    if index:
        index.catch_up(reader)
    return search(reader, asked.question.meaning, vector=vector, index=index, top=asked.top, where=where)


def _vector(embedder: Embedder, query: str, model: Model) -> Vector:
    return embedder.query(query, model=model.name, fingerprint=model.fingerprint)


def _sentence_vectors(embedder: Embedder, hits: Sequence[Hit], model: Model) -> Mapping[str, Vector]:
    """Vectors of the sentences that are shown, by their text. The answer does without those that cannot be made."""
    texts = sentences_to_embed(hits)
    known = embedder.known_model(model.fingerprint)
    if not texts or known is None:
        return {}
    try:
        vectors = embedder.passages(texts, model=known, lane="interactive")
    except VectrayClientError:
        return {}
    return {
        text: vector
        for text, vector in zip(texts, vectors, strict=True)
        if not isinstance(vector, TextRefused)
    }


def _arrived(vector: "Future[Vector]") -> tuple[Vector | None, str]:
    """The question's vector, or why there can be none now."""
    try:
        with margin().status("asking the model"):
            return vector.result(), ""
    except VectrayClientError as error:
        changed = isinstance(error, RequestRefused) and error.reason == "FINGERPRINT_MISMATCH"
        return None, "the model has changed; `vectray index` embeds everything anew" if changed else str(
            error
        )


def _in_background(call: Callable[[], Answer]) -> "Future[Answer]":
    """Make a call in a thread that nobody waits for, should the program end before."""
    future: Future[Answer] = Future()

    def answer() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - whatever it is, it is raised where the result is asked for
            future.set_exception(error)

    Thread(target=answer, daemon=True).start()
    return future
