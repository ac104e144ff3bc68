from contextlib import suppress
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectray_client.web.asked import Asked, fields_of
from vectray_client.web.references import References
from vectray_client.web.refusals import Refused

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def address(**words: str) -> Asked:
    """What stands in an address."""
    return Asked(references=References(), words={name: [value] for name, value in words.items()})


def body(**fields: Any) -> Asked:  # noqa: ANN401 - any JSON
    """What stands in a body."""
    return Asked(references=References(), fields=fields)


def test_a_number_is_a_number_wherever_it_stands() -> None:
    """In its limits, as a digit in an address and as a number in a body; else it is refused."""
    assert address(n="7").number("n", most=9) == body(n=7).number("n", most=9) == 7
    assert address().number("n", most=9, default=3) == 3
    for wrong in ("", "-1", "10", "1e1", "٣", "7.0", "9" * 5000):
        with pytest.raises(Refused):
            address(n=wrong).number("n", most=9)
    for wrong in (True, None, 7.0, [7], "x"):
        with pytest.raises(Refused):
            body(n=wrong).number("n", most=9)


def test_a_day_is_a_whole_day_here() -> None:
    """It begins with its first moment and ends with the next day's; a time, and milliseconds, are what they are."""
    midnight = datetime(2026, 11, 22).astimezone().timestamp() * 1000
    assert address(d="2026-11-22").moment_ms("d") == midnight
    assert address(d="2026-11-22").moment_ms("d", is_end=True) == midnight + 86_400_000
    assert address(d="2026-11-22T01:00").moment_ms("d", is_end=True) == midnight + 3_600_000
    assert address(d="1795000000000").moment_ms("d") == 1795000000000
    assert (address().moment_ms("d"), address(d="").moment_ms("d")) == (0, 0)
    for wrong in ("yesterday", "2026-13-01", "9" * 17):
        with pytest.raises(Refused):
            address(d=wrong).moment_ms("d")


def test_a_flag_is_yes_or_no() -> None:
    """Everything else is refused."""
    assert address(f="1").flag("f")
    assert body(f=True).flag("f")
    assert not any(asked.flag("f") for asked in (address(f="0"), body(f=False), body()))
    for wrong in (address(f="yes"), body(f=2), body(f=[]), body(f=None)):
        with pytest.raises(Refused):
            wrong.flag("f")


def test_half_a_character_is_no_text() -> None:
    """Nobody could pass it on; the refusal does not repeat it."""
    with pytest.raises(Refused) as refused:
        body(t="secret \ud800").text("t")
    assert "secret" not in str(refused.value)


@settings(max_examples=50)
@given(JSON)
def test_any_json_is_read_or_refused(value: object) -> None:
    """Whatever a field holds, there is an answer or a refusal."""
    asked = body(x=value)
    for read in (
        lambda: asked.text("x"),
        lambda: asked.number("x", most=10),
        lambda: asked.flag("x"),
        lambda: asked.moment_ms("x"),
        lambda: asked.texts("x"),
    ):
        with suppress(Refused):
            read()


@given(st.binary(max_size=200))
def test_any_body_is_an_object_or_refused(given_body: bytes) -> None:
    """Bytes that are no JSON object are refused."""
    with suppress(Refused):
        assert isinstance(fields_of(given_body), dict)


def test_a_deep_body_is_refused() -> None:
    """It ends neither the request nor the server."""
    with pytest.raises(Refused):
        fields_of(b"[" * 60_000)
