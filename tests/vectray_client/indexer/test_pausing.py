from hypothesis import given
from hypothesis import strategies as st

from vectray_client.indexer.pausing import Pause, pause_in, setting_for

NOW = 1_700_000_000.0


@given(st.floats(0.01, 1e6), st.floats(0, 2e6))
def test_a_pause_ends_by_itself(seconds: float, later: float) -> None:
    """As long as was said, to the millisecond, whatever program looks and however often it was restarted."""
    found = pause_in(setting_for(seconds, unix_now=NOW), unix_now=NOW + later)
    if later < seconds - 0.002:
        assert found is not None
        assert found.seconds_left is not None
        assert abs(found.seconds_left - (seconds - later)) < 0.002
    elif later > seconds:
        assert found is None


@given(st.floats(0, 1e9))
def test_a_pause_without_an_end_has_none(later: float) -> None:
    """Only the person ends it."""
    assert pause_in(setting_for(None, unix_now=NOW), unix_now=NOW + later) == Pause()


def test_no_setting_is_no_pause() -> None:
    """So it is at the beginning, and after `vectray resume`."""
    assert pause_in("", unix_now=NOW) is None


def test_the_reason_says_how_it_ends() -> None:
    """In words for a person."""
    assert Pause().reason == "Indexing is paused until `vectray resume`."
    words = {40.0: "a minute", 1790.0: "30 minutes", 7190.0: "2 hours"}
    for seconds, expected in words.items():
        assert f"for {expected} more" in Pause(seconds_left=seconds).reason
