import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import Chunk, Document, FileType, Refusal, Verdict
from vectray_client.read.answers import packed, unpacked

TEXTS = st.text(st.characters(codec="utf-8"), max_size=40)
NUMBERS = st.integers(0, 2**40)
CHUNKS = st.builds(
    Chunk,
    text=TEXTS,
    start=NUMBERS,
    end=NUMBERS,
    heading=TEXTS,
    page=st.none() | NUMBERS,
    line=st.none() | NUMBERS,
    cell=TEXTS,
)
DOCUMENTS = st.builds(
    Document,
    file_type=st.sampled_from(FileType),
    sha256=TEXTS,
    title=TEXTS,
    chunks=st.lists(CHUNKS, max_size=4).map(tuple),
    recipe=TEXTS,
)
REFUSALS = st.builds(
    Refusal,
    verdict=st.sampled_from(Verdict),
    reason=TEXTS,
    is_poison=st.booleans(),
    is_transient=st.booleans(),
)


@given(DOCUMENTS | REFUSALS)
def test_what_is_packed_comes_out_again(answer: Document | Refusal) -> None:
    """Every field of every answer."""
    assert unpacked(packed(answer)) == answer


def test_a_lone_surrogate_harms_nobody() -> None:
    """Neither databases nor sockets take one; it becomes a question mark."""
    assert unpacked(packed(Refusal(verdict=Verdict.FAILED, reason="\ud800"))) == Refusal(
        verdict=Verdict.FAILED, reason="?"
    )


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b'["failed", 1, false, false]',
        b'["unheard of", "reason", false, false]',
        b'["text", "", "", "", [["text", 0, 4, "", "1", null, ""]]]',
        b'["text", "", "", "", [[]]]',
    ],
)
def test_nothing_else_is_taken_for_an_answer(message: bytes) -> None:
    """A reader that was taken over may say anything; a value of the wrong type goes no further."""
    with pytest.raises(ValueError):  # noqa: PT011 - what is wrong with it interests nobody
        unpacked(message)


def test_nothing_is_run() -> None:
    """The form is JSON, which can hold no code."""
    assert json.loads(packed(Refusal(verdict=Verdict.FAILED, reason="why"))) == [
        "failed",
        "why",
        False,
        False,
    ]
