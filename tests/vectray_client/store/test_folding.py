import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from vectray_client.store.folding import folded, folded_with_offsets, span_in_text

ANYTHING = st.text(max_size=60)
JOINED = st.text("aeのはｶﾞﾊﾟ가각ᄀ\u1161\u11a8\u0301\u0308\u3099\u200d\u00adﬁ漢字", max_size=30)


@given(ANYTHING | JOINED)
@example("か\u3099")
@example("\u1100\u200b\u1161")
@example("e\u0301\u00ad\u0308")
def test_the_way_back_is_of_the_same_folding(text: str) -> None:
    """Folding a text piece by piece gives what folding it as a whole gives, and an offset for each character and the end."""
    by_pieces, offsets = folded_with_offsets(text)
    assert by_pieces == folded(text)
    assert len(offsets) == len(by_pieces) + 1
    assert offsets == sorted(offsets)
    assert offsets[-1] == len(text)


@given(ANYTHING)
@example("薴")
def test_folding_twice_changes_nothing(text: str) -> None:
    """What is folded is compared as it is."""
    assert folded(folded(text)) == folded(text)


def test_every_character_finds_its_way_back() -> None:
    """No character joins the one before it, or falls apart, without that being noticed."""
    chars = (chr(code) for code in range(0x1_0000) if not 0xD800 <= code < 0xE000)
    text = "".join(f"か{char}a" for char in chars)
    assert folded_with_offsets(text)[0] == folded(text)


@given(ANYTHING, st.data())
def test_a_span_is_found_again_in_the_text(text: str, data: st.DataObject) -> None:
    """What a part of the folded text comes from folds to at least that part."""
    compared, offsets = folded_with_offsets(text)
    if not compared:
        return
    start = data.draw(st.integers(0, len(compared) - 1))
    end = data.draw(st.integers(start + 1, len(compared)))
    first, behind = span_in_text(offsets, start, end)
    assert 0 <= first < behind <= len(text)
    assert compared[start:end] in folded_with_offsets(text[first:behind])[0]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("漢語資料庫", "汉语资料库"),
        ("ＡＢＣ１２３", "abc123"),
        ("ﾃﾞｰﾀ", "データ"),
        ("Café", "CAFE\u0301"),
        ("co\u00adop", "coop"),
        ("Straße", "STRASSE"),
        ("乾淨", "干净"),
    ],
)
def test_what_people_take_for_the_same_is_the_same(one: str, other: str) -> None:
    """Script, width, case, accents, and hyphens for line breaks make no difference."""
    assert folded(one) == folded(other)


def test_a_character_that_becomes_several_is_marked_whole() -> None:
    """Half of a ligature cannot be shown."""
    compared, offsets = folded_with_offsets("oﬃce")
    at = compared.index("fi")
    assert span_in_text(offsets, at, at + 2) == (1, 2)
