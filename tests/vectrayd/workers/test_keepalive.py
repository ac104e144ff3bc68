import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.workers.keepalive import KeepAlive, read_span

spans = st.floats(0, 1e6)


@given(stays=spans, other=spans, linger=spans, idle=spans)
def test_a_worker_stays_as_long_as_its_model_says(
    stays: float, other: float, linger: float, idle: float
) -> None:
    """Its own span, else everybody's; never less than the moment that a caller needs, and never less than nothing is left."""
    rule = KeepAlive(default_seconds=other, by_model={"m": stays}, linger_seconds=linger)
    assert rule.seconds_left("m", idle_seconds=idle) == max(0, max(stays, linger) - idle)
    assert rule.seconds_left("n", idle_seconds=idle) == max(0, max(other, linger) - idle)


def test_always_is_for_ever() -> None:
    """No idleness is long enough for a model that always stays."""
    rule = KeepAlive(by_model={"m": read_span("Always")})
    assert math.isinf(rule.seconds_left("m", idle_seconds=1e12))


@pytest.mark.parametrize(
    ("words", "seconds"),
    [("0", 0), ("90", 90), ("90s", 90), ("30m", 1800), ("1.5 h", 5400), ("1d", 86400), (" 5M ", 300)],
)
def test_spans_are_read(words: str, seconds: float) -> None:
    """Numbers with a unit, seconds without one."""
    assert read_span(words) == seconds


@pytest.mark.parametrize("words", ["", "-1", "soon", "1h30m", "1e3", "nan", "5 weeks", "٣m٣"])
def test_what_is_no_span_is_refused(words: str) -> None:
    """With its own words, and examples of what would do."""
    with pytest.raises(ValueError, match="no span of time"):
        read_span(words)
