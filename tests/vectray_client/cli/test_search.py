from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.cli.search import BadQuery, before_ns, since_ns

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@given(st.integers(0, 9999))
def test_days_ago_are_counted_from_now(days: int) -> None:
    """A day has twenty-four hours."""
    expected = int((NOW - timedelta(days=days)).timestamp()) * 1_000_000_000
    assert since_ns(f"{days}d", NOW) == before_ns(f"{days}d", NOW) == expected


def test_a_day_lasts_until_midnight() -> None:
    """What was changed on the day itself is both since and until then."""
    midnight, next_midnight = (int(datetime(2026, 11, day, tzinfo=UTC).timestamp()) for day in (1, 2))
    assert since_ns("2026-11-01", NOW) == midnight * 1_000_000_000
    assert before_ns("2026-11-01", NOW) == next_midnight * 1_000_000_000


@given(st.text(max_size=12))
def test_any_word_is_a_time_or_refused(word: str) -> None:
    """Times fit into the index; nothing else comes of a word but a sentence."""
    try:
        assert 0 <= since_ns(word, NOW) <= before_ns(word, NOW) < 2**63
    except BadQuery as error:
        assert "neither a day" in str(error)  # noqa: PT017 - both ends are right


@pytest.mark.parametrize("word", ["", "d", "yesterday", "2026-13-01", "99999999d"])
def test_what_is_no_date_is_refused(word: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(BadQuery):
        since_ns(word, NOW)
