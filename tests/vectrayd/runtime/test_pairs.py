from hypothesis import given
from hypothesis import strategies as st
from tests.vectrayd.runtime import tiny_rerankers

from vectrayd.runtime.pairs import Frame, PairTokenizer, Piece, paired

OPENING, BETWEEN, CLOSING = -1, -2, -3
FRAME = Frame(
    opening=Piece(ids=(OPENING,), sides=(0,)),
    between=Piece(ids=(BETWEEN, BETWEEN), sides=(0, 1)),
    closing=Piece(ids=(CLOSING,), sides=(1,)),
    query_side=0,
    text_side=1,
)
QUERIES = st.integers(0, 40).map(lambda count: list(range(count)))
TEXTS = st.integers(0, 80).map(lambda count: list(range(100, 100 + count)))
WINDOWS = st.integers(FRAME.tokens, 60)


@given(QUERIES, TEXTS, WINDOWS)
def test_the_window_is_kept_and_the_frame_is_whole(query: list[int], text: list[int], window: int) -> None:
    """Whatever is cut, special tokens stand where the model expects them, and each id has its side."""
    pair = paired(FRAME, query, text, max_tokens=window)
    assert len(pair.ids) == len(pair.sides) == min(window, pair.tokens_total)
    assert [one for one in pair.ids if one < 0] == [OPENING, BETWEEN, BETWEEN, CLOSING]
    told = [one for one, side in zip(pair.ids, pair.sides, strict=True) if side and one >= 0]
    assert told == text[: len(told)]
    assert pair.ids[0] == OPENING
    assert pair.ids[-1] == CLOSING


@given(QUERIES, TEXTS, WINDOWS)
def test_the_text_is_cut_before_the_query(query: list[int], text: list[int], window: int) -> None:
    """The query is whole wherever it takes no more than half of the room, and never gets less than that for a text's sake."""
    asked = [one for one in paired(FRAME, query, text, max_tokens=window).ids if 0 <= one < 100]
    room = window - FRAME.tokens
    assert asked == query[: len(asked)]
    assert len(asked) >= min(len(query), room // 2)
    assert len(asked) == len(query) or len(asked) + len(text) >= room


@given(
    st.sampled_from(list(tiny_rerankers.MODELS)),
    st.lists(st.sampled_from(["tide", "moon", "潮汐", "?", "unknown"]), max_size=8).map(" ".join),
    st.lists(st.sampled_from(["water", "rises", "falls", ".", "其他"]), max_size=8).map(" ".join),
)
def test_what_fits_is_what_the_tokenizer_makes_of_the_two(name: str, query: str, text: str) -> None:
    """Put together here, a pair has the very ids and sides that the tokenizer's own template gives it."""
    tokenizer = tiny_rerankers.tokenizer(name)
    made = tokenizer.encode(query, text)
    (pair,) = PairTokenizer(tokenizer, max_tokens=100, tells_sides=True).pairs(query, [text])
    assert (list(pair.ids), list(pair.sides), pair.tokens_total) == (made.ids, made.type_ids, len(made.ids))
