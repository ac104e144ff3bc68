from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.cli.search import BadQuery, since_ns

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@given(st.integers(0, 9999))
def test_days_ago_are_counted_from_now(days: int) -> None:
    """A day has twenty-four hours."""
    expected = NOW - timedelta(days=days)
    assert since_ns(f"{days}d", NOW) == int(expected.timestamp()) * 1_000_000_000


def test_a_day_begins_at_midnight_here() -> None:
    """A date is the person's own."""
    midnight = datetime(2026, 11, 1).astimezone()
    assert since_ns("2026-11-01", NOW) == int(midnight.timestamp()) * 1_000_000_000


@given(st.text(max_size=12))
def test_any_word_is_a_time_or_refused(word: str) -> None:
    """Times fit into the index; nothing else comes of a word but a sentence."""
    try:
        assert -(2**63) <= since_ns(word, NOW) < 2**63
    except BadQuery as error:
        assert "neither a day" in str(error)  # noqa: PT017 - both ends are right


@pytest.mark.parametrize("word", ["", "d", "yesterday", "2026-13-01", "0001-01-01", "99999999d"])
def test_what_is_no_date_is_refused(word: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(BadQuery):
        since_ns(word, NOW)
