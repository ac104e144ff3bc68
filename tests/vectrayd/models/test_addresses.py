import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.models.addresses import is_guarded


@pytest.mark.parametrize(
    "address", ["https://a.example", "https://a:1/x", "http://127.0.0.1:1", "http://[::1]/v1"]
)
def test_tls_and_this_machine_are_guarded(address: str) -> None:
    """Nobody on the way can listen."""
    assert is_guarded(address)


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example",
        "ftp://127.0.0.1",
        "http://127.0.0.1.a.example",
        "http://x@a.example",
        "https://",
        "",
        "//a",
    ],
)
def test_everything_else_is_not(address: str) -> None:
    """Whatever it looks like at first sight."""
    assert not is_guarded(address)


@given(st.text())
def test_any_text_has_an_answer(address: str) -> None:
    """A slip of the pen in the configuration is no crash."""
    assert is_guarded(address) in {True, False}
