from hypothesis import given
from hypothesis import strategies as st

from vectrayd.transport import limits


@given(st.text(max_size=50))
def test_the_size_of_a_text_is_in_bytes(text: str) -> None:
    """A text's size is its length in UTF-8, whatever its characters."""
    text = text.encode("utf-8", "ignore").decode()
    assert limits.size_bytes(text) == len(text.encode())
