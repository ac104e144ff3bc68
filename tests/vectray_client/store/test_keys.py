from hypothesis import given
from hypothesis import strategies as st

from vectray_client.store.keys import vector_key

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)


@given(st.tuples(TEXTS, TEXTS), st.tuples(TEXTS, TEXTS))
def test_keys_are_equal_only_for_the_same_model_and_text(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    """A vector is found again for its own text and model, and for nothing that merely runs together alike."""
    assert (vector_key(*one) == vector_key(*other)) == (one == other)


def test_text_does_not_move_between_fingerprint_and_text() -> None:
    """Where the fingerprint ends is part of the key."""
    assert vector_key("ab", "c") != vector_key("a", "bc")


def test_keys_stay_what_they_were() -> None:
    """Keys outlive the program that made them: another way to make them would cost every stored vector."""
    assert (
        vector_key("model", "文本").hex()
        == "ce95189bb8c84fd5b5a642abfcecdb85289a1412ac39cfb9ee7b2f56818c6a66"
    )
