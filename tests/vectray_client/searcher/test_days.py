from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.searcher.days import LATEST_NS, times

SHANGHAI = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 22, 21, 30, tzinfo=SHANGHAI)


def ns(*day: int) -> int:
    """Midnight in Shanghai."""
    return int(datetime(*day, tzinfo=SHANGHAI).timestamp()) * 10**9  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("word", "first", "next_"),
    [
        ("2026-02-03", (2026, 2, 3), (2026, 2, 4)),
        ("2026/2/3", (2026, 2, 3), (2026, 2, 4)),
        ("2026年2月3日", (2026, 2, 3), (2026, 2, 4)),
        ("2025-12", (2025, 12, 1), (2026, 1, 1)),
        ("2026年2月", (2026, 2, 1), (2026, 3, 1)),
        ("2025", (2025, 1, 1), (2026, 1, 1)),
        ("2024-02-29", (2024, 2, 29), (2024, 3, 1)),
    ],
)
def test_a_day_a_month_and_a_year_have_a_beginning_and_an_end(
    word: str, first: tuple[int, ...], next_: tuple[int, ...]
) -> None:
    """They last until the next one begins, at midnight where the person is."""
    assert times(word, NOW) == (ns(*first), ns(*next_))


@pytest.mark.parametrize(
    ("word", "ago"),
    [
        ("12h", timedelta(hours=12)),
        ("7d", timedelta(days=7)),
        ("3天", timedelta(days=3)),
        ("2W", timedelta(weeks=2)),
    ],
)
def test_a_time_ago_is_a_moment(word: str, ago: timedelta) -> None:
    """Counted from now, not from midnight."""
    moment = int((NOW - ago).timestamp()) * 10**9
    assert times(word, NOW) == (moment, moment)


@pytest.mark.parametrize(
    "word", ["", "2026-13", "2026-02-30", "yesterdayish", "7", "7x", "-1d", "0000", "٢٠٢٦"]
)
def test_what_is_no_time_is_none(word: str) -> None:
    """It stays a word of the question."""
    assert times(word, NOW) is None


@given(st.text("0123456789-/年月日dwmyh天", max_size=12))
def test_times_are_such_as_files_can_have(word: str) -> None:
    """Whatever is typed: no error, and nothing that SQLite could not compare."""
    bounds = times(word, datetime(2026, 1, 1, tzinfo=UTC))
    assert bounds is None or 0 <= bounds[0] <= bounds[1] <= LATEST_NS
