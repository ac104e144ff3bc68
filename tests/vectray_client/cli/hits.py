"""Found documents to show, with everything in them that there can be."""

from dataclasses import replace

from vectray_client.domain import Chunk, Excerpt, FileType, FoundPassage, Highlight, Hit, Leg

PLAIN = Hit(
    path="/文档/a b.md",
    score=0.5,
    best=FoundPassage(
        chunk=Chunk(text="The tide\nrises.", start=3, end=18, heading="Sea › Tides", line=7),
        vector_score=0.8125,
        keyword_score=7.25,
        excerpt=Excerpt(
            text="The tide rises.",
            highlights=(Highlight(0, 15, Leg.MEANING), Highlight(4, 8, Leg.WORDS)),
        ),
    ),
    why="Found by the word “tide”.",
    file_type=FileType.MARKDOWN,
    modified_ns=1_700_000_000_123_456_789,
    title="Sea",
    passages=4,
    matched_words=("tide",),
    name_highlights=(Highlight(0, 1),),
)
FULL = replace(
    PLAIN,
    copies=tuple(f"/copies/{n}.md" for n in range(5)),
    more=(
        FoundPassage(
            chunk=Chunk(text="Ebb.", start=0, end=4, line=1),
            keyword_score=1.0,
            excerpt=Excerpt(text="Ebb."),
        ),
    ),
    rerank_score=0.75,
)
