"""What is shown of each found document: the best part of its passages with what was found in them, and why. Pure.

Without vectors of sentences the best part is chosen by words. To have it chosen by meaning, too, have the texts of `sentences_to_embed`
embedded, as far as there is time, and give their vectors to `excerpted`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import Chunk, FileType, FoundPassage, Highlight, Hit
from vectray_client.searcher.matching import Span, joined, matches
from vectray_client.searcher.one_line import Weighed, excerpt_of, is_inside_word
from vectray_client.searcher.question import Question
from vectray_client.searcher.reasons import why
from vectray_client.searcher.sentences import Sentence, sentences_of
from vectray_client.store.name_forms import name_matches, name_of, name_words

Vector = NDArray[np.float32]

MOST_SENTENCES: Final = 96
"""To embed for one answer."""
MOST_CHARACTERS: Final = 8_000
"""Of these together."""
_MOST_MATCHED: Final = 20
"""Different words that are named; a pasted page has hundreds."""
_MARKDOWN: Final = frozenset({FileType.MARKDOWN, FileType.IPYNB})
_NO_VECTORS: Final[Mapping[str, Vector]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A found passage, taken apart."""

    text: str
    sentences: Sequence[Sentence]
    words: Sequence[Span]
    is_markdown: bool = False

    @property
    def texts(self) -> list[str]:
        return [self.text[sentence.start : sentence.end] for sentence in self.sentences]


def sentences_to_embed(
    hits: Sequence[Hit], *, most: int = MOST_SENTENCES, most_characters: int = MOST_CHARACTERS
) -> tuple[str, ...]:
    """Return the texts whose vectors tell which sentence of each passage is nearest to the question, each once, the first hits' first.

    Only of passages that were found by meaning and have several sentences; a passage is taken as a whole or not at all.
    """
    wanted: dict[str, None] = {}
    for hit, found in _passages(hits):
        texts = _Read(text=found.chunk.text, sentences=_sentences(found.chunk, hit), words=()).texts
        if found.vector_score is None or len(texts) < 2:  # noqa: PLR2004 - one sentence has no rival
            continue
        more = dict.fromkeys(text for text in texts if text not in wanted)
        most -= len(more)
        most_characters -= sum(map(len, more))
        if most < 0 or most_characters < 0:
            break
        wanted |= more
    return tuple(wanted)


def excerpted(
    hits: Sequence[Hit],
    question: Question,
    *,
    vector: Vector | None = None,
    sentence_vectors: Mapping[str, Vector] = _NO_VECTORS,
) -> list[Hit]:
    """Return the hits with an excerpt of each passage, the words and parts of the name that match, and the reason.

    `vector` is the question's unit vector, `sentence_vectors` those of sentences by their text, as many as there are; all float32
    (dimensions,), of one model.
    """
    read = {id(found): _read(found, hit, question) for hit, found in _passages(hits)}
    rarities = _rarities(read.values())

    def shown(found: FoundPassage) -> FoundPassage:
        passage = read[id(found)]
        if not passage.sentences:
            return found
        cosines = None if vector is None else _cosines(passage, vector, sentence_vectors)
        return replace(found, excerpt=excerpt_of(_weighed(passage, rarities, cosines)))

    answered = []
    for hit in hits:
        best = read[id(hit.best)]
        answer = replace(
            hit,
            best=shown(hit.best),
            more=tuple(map(shown, hit.more)),
            matched_words=_matched(best),
            name_highlights=tuple(Highlight(*span) for span in _in_name(name_of(hit.path), question)),
        )
        answered.append(replace(answer, why=why(answer)))
    return answered


def _passages(hits: Iterable[Hit]) -> Iterator[tuple[Hit, FoundPassage]]:
    """The best passages of all, then the others."""
    hits = list(hits)
    yield from ((hit, hit.best) for hit in hits)
    yield from ((hit, found) for hit in hits for found in hit.more)


def _read(found: FoundPassage, hit: Hit, question: Question) -> _Read:
    text = found.chunk.text
    return _Read(
        text=text,
        sentences=_sentences(found.chunk, hit),
        words=matches(text, question),
        is_markdown=hit.file_type in _MARKDOWN,
    )


def _sentences(chunk: Chunk, hit: Hit) -> list[Sentence]:
    """All but the heading or title that the passage begins with: these are shown by themselves."""
    sentences = sentences_of(chunk.text, hit.file_type)
    if len(sentences) > 1:
        first = chunk.text[sentences[0].start : sentences[0].end].strip("#= ")
        if first in (chunk.heading.rpartition(" › ")[2], hit.title):
            del sentences[0]
    return sentences


def _rarities(passages: Iterable[_Read]) -> Mapping[str, float]:
    """How much each word says: less the more of the found passages hold it."""
    passages = list(passages)
    held = Counter(word for passage in passages for word in {_word(passage, span) for span in passage.words})
    return {word: log(1 + len(passages) / count) for word, count in held.items()}


def _word(passage: _Read, span: Span) -> str:
    return passage.text[span[0] : span[1]].casefold()


def _weighed(passage: _Read, rarities: Mapping[str, float], cosines: Sequence[float] | None) -> Weighed:
    """Both searches have an equal say in which sentence is best: the best by one has 1, the worst by meaning 0."""
    by_words = _shares([_weight(passage, sentence, rarities) for sentence in passage.sentences], worst=0.0)
    nearest = None
    weights = by_words
    if cosines is not None:
        nearest = int(np.argmax(cosines))
        weights = list(map(sum, zip(by_words, _shares(cosines, worst=min(cosines)), strict=True)))
    return Weighed(
        text=passage.text,
        sentences=passage.sentences,
        words=passage.words,
        weights=weights,
        is_markdown=passage.is_markdown,
        nearest=nearest,
    )


def _weight(passage: _Read, sentence: Sentence, rarities: Mapping[str, float]) -> float:
    words = {
        _word(passage, span) for span in passage.words if span[0] < sentence.end and sentence.start < span[1]
    }
    return sum(rarities[word] for word in words)


def _shares(values: Sequence[float], *, worst: float) -> list[float]:
    spread = max(values) - worst
    return [(value - worst) / spread if spread > 0 else 0.0 for value in values]


def _cosines(passage: _Read, vector: Vector, vectors: Mapping[str, Vector]) -> list[float] | None:
    """None unless all of several are there: the nearest of some would be a guess."""
    found = [vectors[text] for text in passage.texts if text in vectors]
    if len(found) < max(2, len(passage.sentences)):
        return None
    return [float(cosine) for cosine in np.stack(found) @ vector]


def _matched(passage: _Read) -> tuple[str, ...]:
    words: dict[str, str] = {}
    for start, end in passage.words:
        word = passage.text[start : _word_end(passage.text, end)]
        words.setdefault(word.casefold(), word)
    return tuple(words.values())[:_MOST_MATCHED]


def _word_end(text: str, end: int) -> int:
    """Where the word ends of which perhaps only the beginning was looked for."""
    while end < len(text) and is_inside_word(text, end):
        end += 1
    return end


def _in_name(name: str, question: Question) -> Sequence[Span]:
    """Where the question stands in a file's name, if all of it does, and what the name had to hold."""
    words = name_words(question.meaning)
    is_named = all(name_matches(name, [word]) for word in words)
    looked_for = (*(words if is_named else ()), *name_words(question.name))
    return joined(name_matches(name, looked_for)) if looked_for else ()
