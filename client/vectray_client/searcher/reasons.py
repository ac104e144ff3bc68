"""Why a document was found, in one sentence. Pure.

All that it says stands in a hit's own fields (`matched_words`, scores, `name_highlights`), so that it can be said in other languages.
"""

from collections.abc import Sequence
from typing import Final

from vectray_client.domain import Hit

_MOST_NAMED: Final = 4
"""Words in one sentence; the others are counted."""


def why(hit: Hit) -> str:
    """Return the sentence."""
    ways = [way for way in (_by_words(hit), _by_meaning(hit), _by_name(hit)) if way]
    if not ways:
        return "Among the newest that the filters leave."
    first, *others = ways
    found = f"Found by {' and '.join((', '.join((first, *others[:-1])), *others[-1:]))}"
    if hit.rerank_score is None:
        return f"{found}."
    return f"{found}; the reranking model gives it {hit.rerank_score:.2f}."


def _by_words(hit: Hit) -> str:
    if hit.matched_words:
        return f"the {'words' if len(hit.matched_words) > 1 else 'word'} {_quoted(hit.matched_words)}"
    return "" if hit.best.keyword_score is None else "words"


def _by_meaning(hit: Hit) -> str:
    return "" if hit.best.vector_score is None else f"its meaning ({hit.best.vector_score:.2f})"


def _by_name(hit: Hit) -> str:
    return "its name" if hit.name_highlights else ""


def _quoted(words: Sequence[str]) -> str:
    named = [f"“{' '.join(word.split())}”" for word in words[:_MOST_NAMED]]
    if others := len(words) - len(named):
        named.append(f"{others} more")
    return ", ".join(named)
