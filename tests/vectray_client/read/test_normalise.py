import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from vectray_client.read.normalise import normalise

ANY_TEXT = st.text(st.characters(categories=["L", "M", "N", "P", "Z", "C"]))


@given(ANY_TEXT)
def test_normalised_text_stays_as_it_is(text: str) -> None:
    """Normalising twice changes nothing: equal texts have equal hashes however they came."""
    once = normalise(text)
    assert normalise(once) == once


@given(ANY_TEXT)
def test_normalised_text_is_safe_for_all_that_follows(text: str) -> None:
    """NFC, without NUL, surrogates and carriage returns."""
    clean = normalise(text)
    assert unicodedata.is_normalized("NFC", clean)
    assert not any(c in "\0\r\ufeff" or "\ud800" <= c <= "\udfff" for c in clean)


def test_line_ends_become_line_feeds() -> None:
    """Windows and old Macintosh line ends are one line end each."""
    assert normalise("a\r\nb\rc\n\r\nd") == "a\nb\nc\n\nd"


def test_composed_and_decomposed_letters_become_equal() -> None:
    """A name typed on one system is found on another."""
    assert normalise("Cafe\u0301") == "Café"
