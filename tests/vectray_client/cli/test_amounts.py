import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.cli.amounts import duration, size


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (9_940, "9.9 kB"),
        (12_345, "12 kB"),
        (999_600, "1.0 MB"),
        (412_000_000, "412 MB"),
        (2_270_000_000, "2.3 GB"),
        (5 * 10**12, "5.0 TB"),
    ],
)
def test_sizes_are_short(count: int, words: str) -> None:
    """Two or three digits and a unit of a thousand."""
    assert size(count) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a second"),
        (0.4, "less than a second"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (60, "1 minute"),
        (540, "9 minutes"),
        (7_200, "2 hours"),
        (86_400 * 3, "3 days"),
    ],
)
def test_durations_are_words(seconds: float, words: str) -> None:
    """One number, in the largest unit that it fills."""
    assert duration(seconds) == words


@given(st.floats(0, 1e9), st.integers(0, 10**14))
def test_everything_has_words(seconds: float, count: int) -> None:
    """Sixty seconds are said as a minute, a thousand bytes as a kilobyte."""
    assert duration(seconds).split()[0] not in {"0", "60"}
    assert size(count).split()[0] not in {"1000", "1000.0"}
