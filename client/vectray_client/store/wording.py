"""The search by words: whole words before words that only begin so, and no more work than a person waits for."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from vectray_client.store.finding import Finding
from vectray_client.store.keywords import Term
from vectray_client.store.records import EVERYTHING, Filter

MAX_POSTINGS: Final = 3_000
"""How often all terms together may occur before the commonest are left out. FTS5 weighs some 500 places a millisecond. With as many
as a tenth of the passages, CMRC 2018 loses nothing; CISI, whose questions are all of common words, loses a quarter of its nDCG@10,
and nothing with five times as many as passages."""
SMALL: Final = 5_000
"""Passages of an index in which all terms are weighed."""
_SAMPLE: Final = 1_024
"""Passages in a row that are looked at to tell how common a term is."""
_SPARE: Final = 4
"""How many times more passages than are wanted are looked at: contents that no file holds any more may stay for a while."""
_LEAST: Final = 1e-6
"""What FTS5's BM25 has a term weigh that is in most passages."""


class Wording(Finding):
    """Questions about words."""

    def word_search(
        self, terms: Sequence[Term], limit: int, filter_: Filter = EVERYTHING
    ) -> list[tuple[int, float]]:
        """Chunk ids and BM25 scores, best first, of passages with any of the terms. Larger scores are better.

        A word that is nowhere is taken for the beginning of others. So are all words, if there is room behind what has whole
        ones. What a filter's `holding` asks for is looked for, too.
        """
        chosen = self._affordable(self._phrases(terms))
        found = self._found(chosen, limit, filter_)
        begun = [term.prefix for term in terms if term.prefix and term.prefix not in chosen]
        if begun and len(found) < limit:
            further = self._affordable({phrase: self._frequency(phrase) for phrase in begun})
            found += _behind(found, self._found(further, limit, filter_))[: limit - len(found)]
        return found

    def _phrases(self, terms: Sequence[Term]) -> dict[str, float]:
        """What there is to look for, and how often it occurs; the beginnings of words that are not there."""
        often: dict[str, float] = {}
        for term in terms:
            known = {phrase: self._frequency(phrase) for phrase in term.phrases}
            is_there = any(known.values()) or not term.prefix
            often |= known if is_there else {term.prefix: self._frequency(term.prefix)}
        return often

    def _found(self, chosen: Mapping[str, float], limit: int, filter_: Filter) -> list[tuple[int, float]]:
        if filter_ == EVERYTHING:
            # FTS5 would take a tenth of a second only to join all that begins so.
            telling = {
                phrase: often for phrase, often in chosen.items() if not _is_common_beginning(phrase, often)
            }
            if chosen and not telling and len(some := self._some(next(iter(chosen)), limit)) == limit:
                return some
            chosen = telling or chosen
        held = [f"({filter_.holding})"] if filter_.holding else []
        expression = " OR ".join((*chosen, *held))
        return self.keyword_search(expression, limit, filter_) if expression else []

    def _some(self, beginning: str, limit: int) -> list[tuple[int, float]]:
        """Passages that have a very common character, or words that begin so: any of them, those first that have most of it."""
        rows = self._connection.execute(_OCCURRENCES, _bounds(beginning))
        best = Counter(chunk for (chunk,) in rows).most_common(_SPARE * limit)
        alive = self.documents_of([chunk for chunk, _ in best])
        return [(chunk, _LEAST * count) for chunk, count in best if chunk in alive][:limit]

    def _affordable(self, often: Mapping[str, float]) -> dict[str, float]:
        """The rarest that can be weighed in time, at least one of those that occur at all."""
        if self._last() <= SMALL:
            return {phrase: count for phrase, count in often.items() if count}
        chosen: dict[str, float] = {}
        postings = 0.0
        for phrase in sorted(often, key=lambda phrase: often[phrase]):
            postings += often[phrase]
            if chosen and postings > MAX_POSTINGS:
                break
            if often[phrase]:
                chosen[phrase] = often[phrase]
        return chosen

    def _frequency(self, phrase: str) -> float:
        """How often a phrase occurs, about: as in some passages in a row, in the middle of the index. Beginnings are counted."""
        if phrase.endswith("*"):
            ((count,),) = self._connection.execute(_COUNTED, _bounds(phrase))
            return float(count)
        last = self._last()
        first = max(0, (last - _SAMPLE) // 2)
        ((sampled,),) = self._connection.execute(_SAMPLED, (phrase, first, first + _SAMPLE))
        if sampled:
            return float(sampled) * max(1.0, last / _SAMPLE)
        is_there = self._connection.execute(_FIRST, (phrase,)).fetchone() is not None
        return 1.0 if is_there else 0.0

    def _last(self) -> int:
        """The largest number of a passage: about as many as there are."""
        ((last,),) = self._connection.execute("SELECT ifnull(max(id), 0) FROM chunks")
        return int(last)


def _is_common_beginning(phrase: str, often: float) -> bool:
    return phrase.endswith("*") and often >= MAX_POSTINGS


def _bounds(beginning: str) -> tuple[str, str, int]:
    """Parameters of `_OCCURRENCES` for an expression such as "word"*."""
    word = beginning.strip('"*')
    return word, f"{word}\U0010ffff", MAX_POSTINGS


def _behind(
    found: Sequence[tuple[int, float]], further: Iterable[tuple[int, float]]
) -> list[tuple[int, float]]:
    """What was not found yet, with scores below all that was."""
    known = {chunk for chunk, _ in found}
    lowest = found[-1][1] if found else 1.0
    return [(chunk, lowest * score / (1 + score)) for chunk, score in further if chunk not in known]


_OCCURRENCES: Final = "SELECT doc FROM occurrences WHERE term >= ? AND term < ? LIMIT ?"
_COUNTED: Final = f"SELECT count(*) FROM ({_OCCURRENCES})"  # noqa: S608 - the constant above
_FIRST: Final = "SELECT 1 FROM keywords WHERE keywords MATCH ? LIMIT 1"
_SAMPLED: Final = "SELECT count(*) FROM keywords WHERE keywords MATCH ? AND rowid >= ? AND rowid < ?"
