"""The answer to a question where no agent runs, made in this process from the same parts."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import closing
from datetime import UTC, datetime
from threading import Thread
from typing import TypeVar

from vectray.v1 import index_pb2 as pb
from vectray_client.agent import asked
from vectray_client.agent.meaning import MOST_CHARACTERS, NO_MODEL, NO_WORDS, NOT_ASKED, Meaning
from vectray_client.agent.reranking import looked_for, reranked
from vectray_client.cli.reaching import embedder_for
from vectray_client.cli.terminal import margin, say
from vectray_client.config import Config
from vectray_client.domain import Hit
from vectray_client.embed.embedder import Embedder, Vector
from vectray_client.freshness import Pending, folders_about, pending_in
from vectray_client.sdk.errors import RequestRefused, VectrayClientError
from vectray_client.sdk.found import Found
from vectray_client.searcher.excerpts import excerpted, sentences_to_embed
from vectray_client.searcher.question import Question
from vectray_client.searcher.search import search
from vectray_client.searcher.similar import similar
from vectray_client.store.reading import Reader, open_reader
from vectray_client.store.records import Filter, Model
from vectray_client.store.vector_cache import cache_beside
from vectray_client.store.vector_index import VectorIndex

_MOST_PATHS = 10
Answer = TypeVar("Answer")


def answer_by_hand(request: pb.SearchRequest, config: Config) -> Found:
    """Answer from the index as it stands, and tell what differs from it in the folders that were asked about.

    Raises:
        IndexMissing: there is no index.
        Unanswerable, QuestionTooLong: nobody can answer that.

    """
    with open_reader(config.index_file) as reader, embedder_for(config) as embedder:
        now = datetime.now(UTC).astimezone()
        wanted = asked.search(request, now=now, indexed=reader.folders)
        model = reader.model()
        reason = _why_not_by_meaning(wanted, model)
        # The model may have to be loaded; meanwhile the folders are looked at. The index is asked from this thread alone.
        coming = None if reason or model is None else _in_background(lambda: _vector(embedder, wanted, model))
        waiting = _waiting(reader, wanted.where.folders, config)
        vector, reason = (None, reason) if coming is None else _arrived(coming)
        hits: Sequence[Hit] = _found(reader, wanted, config, vector)
        unranked_reason = ""
        if wanted.rerank:
            hits, unranked_reason = reranked(embedder, wanted.question.meaning, hits)
        hits = hits[: wanted.top]
        sentences: Mapping[str, Vector] = {}
        if model and vector is not None and wanted.excerpt_wait_seconds:
            with closing(Meaning(embedder)) as meaning:
                sentences = meaning.sentences(
                    sentences_to_embed(hits), model, wait_seconds=wanted.excerpt_wait_seconds
                )
        pending = sum(folder.pending for folder in waiting) + reader.waiting_documents()
    return Found(
        hits=excerpted(hits, wanted.question, vector=vector, sentence_vectors=sentences),
        is_fresh=not pending,
        pending=pending,
        pending_paths=[path for folder in waiting for path in folder.newest][:_MOST_PATHS],
        words_only_reason=reason,
        unranked_reason=unranked_reason,
    )


def similar_by_hand(path: str, config: Config, *, top: int, where: Filter) -> Sequence[Hit]:
    """Return the documents that are most like an indexed one.

    Raises:
        IndexMissing: there is no index.
        NothingToCompare: it has no vectors of the file.

    """
    with open_reader(config.index_file) as reader:
        return excerpted(similar(reader, path, _vectors(reader, config), top=top, where=where), Question())


def _why_not_by_meaning(wanted: asked.Search, model: Model | None) -> str:
    if wanted.words_only:
        return NOT_ASKED
    if model is None:
        return NO_MODEL
    return "" if wanted.question.meaning else NO_WORDS


def _waiting(reader: Reader, below: Sequence[str], config: Config) -> Sequence[Pending]:
    """What waits in each indexed folder that was asked about, as far as it was."""
    about = [(folder, path) for path in below or (None,) for folder in folders_about(reader, path)]
    if not about:
        say(f"no folder is indexed{' there' if below else ''}")
    waiting = [pending_in(reader, folder, config.scope, below=path) for folder, path in about]
    for problem in filter(None, (folder.problem for folder in waiting)):
        say(f"what was indexed of it is still searched: {problem}")
    return waiting


def _found(reader: Reader, wanted: asked.Search, config: Config, vector: Vector | None) -> list[Hit]:
    return search(
        reader,
        wanted.question,
        vector=vector,
        index=None if vector is None else _vectors(reader, config),
        top=looked_for(wanted),
        where=wanted.where,
        more_passages=wanted.more_passages,
    )


def _vectors(reader: Reader, config: Config) -> VectorIndex:
    index = VectorIndex.open(reader, cache_beside(config.index_file))
    index.catch_up(reader)
    return index


def _vector(embedder: Embedder, wanted: asked.Search, model: Model) -> Vector:
    return embedder.query(
        wanted.question.meaning[:MOST_CHARACTERS], model=model.name, fingerprint=model.fingerprint
    )


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
