import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectray_client.store.name_forms import MAX_FORM_CHARACTERS, name_matches, name_tokens, name_words

NAMES = st.text("周報重庆银行abABZé1２_- .", min_size=1, max_size=14)


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("周报", ["周報"]),
        ("報", ["報"]),
        ("zhoubao", ["周報"]),
        ("zhou bao", ["周", "報"]),
        ("zhoub", ["周報"]),
        ("zb", ["周報"]),
        ("xmzb", ["项目周報"]),
        ("周报2024", ["周報2024"]),
        ("2024", ["2024"]),
        ("index", ["Index"]),
        ("vectorindex", ["VectorIndex"]),
        ("page", ["Page"]),
        ("cafe", ["Café"]),
        ("docx zb", ["周報", "docx"]),
        ("vect", ["Vect"]),
        ("ector", []),
        ("baozhou", []),
    ],
)
def test_a_name_is_known_by_its_parts(typed: str, marked: list[str]) -> None:
    """From the beginning of a word, a number or a Han character on, as it stands or by its sound."""
    name = "项目周報2024 VectorIndex HTMLPage Café.docx"
    assert [name[start:end] for start, end in name_matches(name, name_words(typed))] == marked


@given(NAMES, st.data())
@settings(deadline=None)
def test_tokens_and_marks_are_of_one_mind(name: str, data: st.DataObject) -> None:
    """What begins a token is marked in the name, and what is marked begins a token."""
    tokens = name_tokens(f"/d/{name}").split()[:-1]
    if tokens:
        token = data.draw(st.sampled_from(tokens))
        typed = token[: data.draw(st.integers(1, len(token)))]
        assert name_matches(name, [typed])
    anything = data.draw(st.text("周报zhoubaocqyinhangAB12", min_size=1, max_size=6))
    for word in name_words(anything):
        assert bool(name_matches(name, [word])) == any(token.startswith(word) for token in tokens)


@given(st.text(max_size=30), st.text(max_size=20))
@settings(deadline=None)
def test_any_name_can_be_filed_and_marked(name: str, typed: str) -> None:
    """Whatever file systems allow: bounds lie in the name."""
    name_tokens(f"/d/{name}")
    words = name_words(typed)
    assert all(len(word) <= MAX_FORM_CHARACTERS for word in words)
    assert all(0 <= start < end <= len(name) for start, end in name_matches(name, words))


def test_a_sentence_is_no_name() -> None:
    """It would only slow down who asks."""
    assert name_words("what is the purpose that chloroplasts have in a cell") == ()
