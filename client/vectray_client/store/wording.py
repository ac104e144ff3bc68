"""The search by words: whole words before words that only begin so, and no more work than a person waits for."""

from collections.abc import Iterable, Sequence
from typing import Final

from vectray_client.store.finding import Finding
from vectray_client.store.keywords import Term
from vectray_client.store.records import EVERYTHING, Filter

MAX_POSTINGS: Final = 4_000
"""How often all terms together may occur before the commonest are left out. FTS5 weighs some 700 places a millisecond. With as many
as a quarter of the passages, CMRC 2018 loses nothing; small indexes are never so far."""
_SAMPLE: Final = 1_024
"""Passages in a row that are looked at to tell how common a term is."""


class Wording(Finding):
    """Questions about words."""

    def word_search(
        self, terms: Sequence[Term], limit: int, filter_: Filter = EVERYTHING
    ) -> list[tuple[int, float]]:
        """Chunk ids and BM25 scores, best first, of passages with any of the terms. Larger scores are better.

        A word that is nowhere is taken for the beginning of others. So are all words, if there is room behind what has whole
        ones. What a filter's `holding` asks for is looked for, too.
        """
        found = self._found(self._phrases(terms), limit, filter_)
        if len(found) < limit and (begun := [term.prefix for term in terms if term.prefix]):
            found += _behind(found, self._found(begun, limit, filter_))[: limit - len(found)]
        return found

    def _found(self, phrases: Sequence[str], limit: int, filter_: Filter) -> list[tuple[int, float]]:
        held = [f"({filter_.holding})"] if filter_.holding else []
        expression = " OR ".join((*phrases, *held))
        return self.keyword_search(expression, limit, filter_) if expression else []

    def _phrases(self, terms: Sequence[Term]) -> list[str]:
        """What is looked for: the rarest that can be weighed in time, at least one; beginnings for words that are not there."""
        ((last,),) = self._connection.execute("SELECT ifnull(max(id), 0) FROM chunks")
        often: dict[str, float] = {}
        for term in terms:
            known = {phrase: self._frequency(phrase, last) for phrase in term.phrases}
            often |= known if any(known.values()) or not term.prefix else {term.prefix: 1.0}
        chosen: list[str] = []
        postings = 0.0
        for phrase in sorted(often, key=lambda phrase: often[phrase]):
            postings += often[phrase]
            if chosen and postings > MAX_POSTINGS:
                break
            chosen.append(phrase)
        return chosen

    def _frequency(self, phrase: str, last: int) -> float:
        """In how many passages a phrase occurs, about: as often as in some in a row, in the middle of the index."""
        first = max(0, (last - _SAMPLE) // 2)
        ((sampled,),) = self._connection.execute(_COUNT, (phrase, first, first + _SAMPLE))
        if sampled:
            return float(sampled) * max(1.0, last / _SAMPLE)
        return float(self._connection.execute(_FIRST, (phrase,)).fetchone() is not None)


def _behind(
    found: Sequence[tuple[int, float]], further: Iterable[tuple[int, float]]
) -> list[tuple[int, float]]:
    """What was not found yet, with scores below all that was."""
    known = {chunk for chunk, _ in found}
    lowest = found[-1][1] if found else 1.0
    return [(chunk, lowest * score / (1 + score)) for chunk, score in further if chunk not in known]


_FIRST: Final = "SELECT 1 FROM keywords WHERE keywords MATCH ? LIMIT 1"
_COUNT: Final = "SELECT count(*) FROM keywords WHERE keywords MATCH ? AND rowid >= ? AND rowid < ?"
