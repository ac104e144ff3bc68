import json

from tests.vectray_client.cli.hits import FULL, PLAIN

from vectray_client.cli.hits_json import answer_document, hit_documents
from vectray_client.sdk.found import Found


def test_everything_known_of_a_hit_is_there() -> None:
    """The public names, as plain values; further passages have the names of the best one's."""
    (hit,) = json.loads(json.dumps(hit_documents([FULL])))
    more = hit.pop("more")
    assert hit == {
        "path": "/文档/a b.md",
        "score": 0.5,
        "vector_score": 0.8125,
        "keyword_score": 7.25,
        "text": "The tide\nrises.",
        "start": 3,
        "end": 18,
        "page": None,
        "heading": "Sea › Tides",
        "line": 7,
        "cell": "",
        "excerpt": {
            "text": "The tide rises.",
            "highlights": [
                {"start": 0, "end": 15, "leg": "meaning"},
                {"start": 4, "end": 8, "leg": "words"},
            ],
        },
        "why": "Found by the word “tide”.",
        "matched_words": ["tide"],
        "name_highlights": [{"start": 0, "end": 1, "leg": "words"}],
        "rerank_score": 0.75,
        "title": "Sea",
        "type": "markdown",
        "modified": "2023-11-14T22:13:20.123+00:00",
        "passages": 4,
        "copies": [f"/copies/{n}.md" for n in range(5)],
    }
    assert set(more[0]) == set(hit) & set(more[0])
    assert (more[0]["text"], more[0]["excerpt"]["text"], more[0]["vector_score"]) == ("Ebb.", "Ebb.", None)


def test_an_answer_says_how_complete_it_is() -> None:
    """A program need not read what is said to people."""
    found = Found(
        hits=[PLAIN],
        is_fresh=False,
        pending=2,
        pending_paths=("/a",),
        words_only_reason="No model.",
        unranked_reason="No ranker.",
    )
    document = answer_document("tide", found)
    assert len(document.pop("hits")) == 1  # type: ignore[arg-type]
    assert document == {
        "query": "tide",
        "fresh": False,
        "pending": 2,
        "pending_paths": ["/a"],
        "words_only_reason": "No model.",
        "unranked_reason": "No ranker.",
    }
