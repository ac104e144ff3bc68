"""Answers questions: the query's vector is made while saves are waited for and words are searched, whether there will be one or not."""

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from vectray_client.agent.asked import Search, Similar
from vectray_client.agent.meaning import NOT_ASKED, Meaning, Meant
from vectray_client.agent.orders import UnknownFolder
from vectray_client.agent.reranking import looked_for, reranked
from vectray_client.agent.saves import Saves
from vectray_client.domain import Hit
from vectray_client.embed.embedder import Embedder, Vector
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.sdk.found import Found
from vectray_client.searcher.excerpts import excerpted, sentences_to_embed
from vectray_client.searcher.question import Question
from vectray_client.searcher.search import begin, search
from vectray_client.searcher.similar import similar
from vectray_client.store.kept_readers import KeptReaders
from vectray_client.store.reading import Reader
from vectray_client.store.records import Model
from vectray_client.store.vector_index import VectorIndex

_READERS = 2
"""That stay open for the next question: as many as one person asks at a time."""


class Searching:
    """Answers from any thread. A context manager; questions on their way at its end are dropped."""

    def __init__(
        self,
        pipeline: Pipeline,
        embedder: Embedder,
        vectors: VectorIndex,
        *,
        index_file: Path,
        note_question: Callable[[], None] = lambda: None,
    ) -> None:
        self._pipeline = pipeline
        self._embedder = embedder
        self._vectors = vectors
        self._readers = KeptReaders(index_file, most=_READERS)
        self._meaning = Meaning(embedder)
        self._note_question = note_question

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._meaning.close()
        self._readers.__exit__()

    def answer(self, asked: Search, *, patience_seconds: float, is_wanted: Callable[[], bool]) -> Found:
        """Answer a question. A vector that takes longer than `patience_seconds`, or that nobody makes, is done without.

        Once `is_wanted` says no, nothing more is begun: whoever types has typed on.
        """
        self._note_question()
        until = time.monotonic() + patience_seconds
        saves = Saves(self._pipeline, asked.where.folders, wait_seconds=asked.freshness_wait_seconds)
        with self._readers.reader() as reader:
            model = reader.model()
            meant_by = self._asked(asked, model)
            saves.wait(reader, self._vectors, is_wanted=is_wanted, with_vectors=not asked.words_only)
            # Before anything is looked for; whether the vector comes in time is not known yet.
            missing = saves.missing(reader, self._vectors, with_vectors=not asked.words_only)
            begun = self._begun(reader, asked) if is_wanted() else None
            meant = self._still(meant_by(until), reader)
            if reader.model() != model:
                begun = None
            hits: Sequence[Hit] = self._found(reader, asked, meant, begun=begun) if is_wanted() else ()
        freshness = missing.freshness(with_vectors=meant.vector is not None)
        unranked_reason = ""
        if asked.rerank and is_wanted():
            hits, unranked_reason = reranked(self._embedder, asked.question.meaning, hits)
        return Found(
            hits=self._shown(hits[: asked.top], asked, meant) if is_wanted() else (),
            is_fresh=freshness.is_fresh,
            pending=freshness.pending,
            pending_paths=freshness.paths,
            words_only_reason=meant.missing_reason,
            unranked_reason=unranked_reason,
        )

    def similar(self, asked: Similar) -> Sequence[Hit]:
        """Find documents that are about the same as one that is indexed, nearest first.

        Raises:
            UnknownFolder: the path is in no indexed folder.
            NothingToCompare: the index has no vectors of the file.

        """
        with self._readers.reader() as reader:
            if not reader.holders(asked.path):
                raise UnknownFolder(asked.path)
            hits = similar(reader, asked.path, self._vectors, top=asked.top, where=asked.where)
        return excerpted(hits, Question())

    def _asked(self, asked: Search, model: Model | None) -> Callable[[float], Meant]:
        if asked.words_only:
            return lambda _: Meant(missing_reason=NOT_ASKED)
        return self._meaning.ask(asked.question.meaning, model)

    def _still(self, meant: Meant, reader: Reader) -> Meant:
        """What was meant, as far as it can be compared with what is searched by now."""
        if meant.model is None or meant.model == reader.model():
            return meant
        return Meant(missing_reason="The index has just changed to another model.")

    def _begun(self, reader: Reader, asked: Search) -> Mapping[int, float]:
        return begin(reader, asked.question, top=looked_for(asked), where=asked.where)

    def _found(
        self, reader: Reader, asked: Search, meant: Meant, *, begun: Mapping[int, float] | None
    ) -> list[Hit]:
        return search(
            reader,
            asked.question,
            vector=meant.vector,
            index=self._vectors,
            top=looked_for(asked),
            where=asked.where,
            more_passages=asked.more_passages,
            by_words=begun,
        )

    def _shown(self, hits: Sequence[Hit], asked: Search, meant: Meant) -> Sequence[Hit]:
        """Hits with what a person reads of them."""
        sentences: Mapping[str, Vector] = {}
        if meant.model and asked.excerpt_wait_seconds:
            sentences = self._meaning.sentences(
                sentences_to_embed(hits), meant.model, wait_seconds=asked.excerpt_wait_seconds
            )
        return excerpted(hits, asked.question, vector=meant.vector, sentence_vectors=sentences)
