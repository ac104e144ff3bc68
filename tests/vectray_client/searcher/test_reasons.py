from dataclasses import replace

import pytest

from vectray_client.domain import Chunk, FileType, FoundPassage, Highlight, Hit
from vectray_client.searcher.reasons import why

PASSAGE = FoundPassage(chunk=Chunk(text="t", start=0, end=1))
HIT = Hit(path="/a.md", score=1.0, best=PASSAGE, file_type=FileType.TEXT, modified_ns=0)
BY_MEANING = replace(PASSAGE, vector_score=0.8749)
BY_WORDS = replace(PASSAGE, keyword_score=3.0)
NAMED = (Highlight(0, 1),)


@pytest.mark.parametrize(
    ("hit", "sentence"),
    [
        (HIT, "Among the newest that the filters leave."),
        (replace(HIT, matched_words=("tide",)), "Found by the word “tide”."),
        (replace(HIT, matched_words=("潮 \n汐", "sea")), "Found by the words “潮 汐”, “sea”."),
        (replace(HIT, matched_words=tuple("abcdef")), "Found by the words “a”, “b”, “c”, “d”, 2 more."),
        (replace(HIT, best=BY_WORDS), "Found by words."),
        (replace(HIT, best=BY_MEANING), "Found by its meaning (0.87)."),
        (replace(HIT, name_highlights=NAMED), "Found by its name."),
        (
            replace(HIT, matched_words=("tide",), best=BY_MEANING),
            "Found by the word “tide” and its meaning (0.87).",
        ),
        (
            replace(HIT, matched_words=("tide",), best=BY_MEANING, name_highlights=NAMED),
            "Found by the word “tide”, its meaning (0.87) and its name.",
        ),
        (
            replace(HIT, best=BY_MEANING, rerank_score=0.931),
            "Found by its meaning (0.87); the reranking model gives it 0.93.",
        ),
    ],
)
def test_a_reason_is_one_plain_sentence(hit: Hit, sentence: str) -> None:
    """It names every way by which the document was found, and no other."""
    assert why(hit) == sentence
