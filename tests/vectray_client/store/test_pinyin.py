import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.store.pinyin import MAX_INITIALS, MAX_SYLLABLES, readings, spellings


@pytest.mark.parametrize(
    ("characters", "typed"),
    [
        ("周报", {"zhoubao", "zb"}),
        ("重庆", {"zhongqing", "chongqing", "zq", "cq"}),
        ("银行", {"yinhang", "yinxing", "yh", "yx"}),
        ("长乐", {"changle", "zhangle", "changyue", "cl", "zl"}),
        ("女儿a", {"nver", "ne"}),
    ],
)
def test_each_usual_reading_can_be_typed(characters: str, typed: set[str]) -> None:
    """Whole or by its initials; where characters have several readings, all of the usual ones."""
    assert typed <= {"".join(spelling) for spelling in spellings(characters)}


@given(st.text("重庆银行长乐和单女的a1", max_size=12))
def test_spellings_are_few_and_of_the_characters(characters: str) -> None:
    """However many readings the characters have; each part is a reading, or the initial of one, of the character in its place."""
    found = spellings(characters)
    assert len(found) <= 16
    for spelling in found:
        assert len(spelling) <= (MAX_INITIALS if {len(part) for part in spelling} == {1} else MAX_SYLLABLES)
        for part, char in zip(spelling, characters, strict=False):
            assert any(part in (syllable, syllable[0]) for syllable in readings()[char])


@pytest.mark.parametrize("characters", ["", "a周报", "1", "かな", "\ud800"])
def test_what_is_not_han_has_no_reading(characters: str) -> None:
    """It is typed as it stands."""
    assert spellings(characters) == ()
