import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.speaking.amounts import about, duration, percent, size
from vectray_client.speaking.language import Language


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0.0, "1 s", "1 秒"),
        (89.9, "90 s", "90 秒"),
        (90.0, "2 min", "2 分钟"),
        (360.0, "6 min", "6 分钟"),
        (5399.0, "90 min", "90 分钟"),
        (5400.0, "2 h", "2 小时"),
        (129_599.0, "36 h", "36 小时"),
        (129_600.0, "2 days", "2 天"),
    ],
)
def test_durations_are_rounded_as_a_person_would(seconds: float, english: str, chinese: str) -> None:
    """A unit is used from one and a half of it on."""
    assert (duration(seconds, Language.EN), duration(seconds, Language.ZH)) == (english, chinese)
    assert (about(seconds, Language.EN), about(seconds, Language.ZH)) == (f"about {english}", f"约 {chinese}")


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_949, "9.9 kB"),
        (9_950, "10 kB"),
        (999_500, "1.0 MB"),
        (1_234_567_890, "1.2 GB"),
        (10**16, "10,000 TB"),
    ],
)
def test_sizes_have_two_digits_or_three(count: int, words: str) -> None:
    """No unit is used beyond a thousand while there is a larger one."""
    assert size(count) == words


@given(st.floats(allow_nan=False, min_value=-1, max_value=2))
def test_what_is_not_done_is_not_said_to_be(share: float) -> None:
    """100% is said of nothing less, and a share never leaves 0 to 100."""
    said = int(percent(share).removesuffix("%")) / 100
    assert 0 <= said <= 1
    assert said <= max(share, 0.0) + 1e-9


@pytest.mark.parametrize(("share", "words"), [(0.29, "29%"), (0.57, "57%"), (0.995, "99%"), (1.0, "100%")])
def test_a_share_is_rounded_down(share: float, words: str) -> None:
    """By no more than what is really missing: 0.29 times 100 is 28.999... to a computer, and 29% to a person."""
    assert percent(share) == words
