import pytest

from vectray_client.sdk.channel import Deadlines, Patience, Timer
from vectray_client.sdk.errors import DaemonUnavailable, LostConnection


def test_patience_ends_after_three_breaks_in_a_row() -> None:
    """Three lost connections are borne, the fourth is one too many."""
    patience = Patience()
    assert not patience.is_tried
    for _ in range(3):
        patience.bear(LostConnection())
        assert patience.is_tried
    with pytest.raises(DaemonUnavailable, match=r"^The connection to vectrayd was lost\.$"):
        patience.bear(LostConnection())


def test_an_answer_renews_patience() -> None:
    """A daemon that gets on, however often it breaks, is never given up."""
    patience = Patience()
    for _ in range(20):
        patience.bear(LostConnection())
        patience.renew()
    assert not patience.is_tried


def test_a_stream_may_open_slowly() -> None:
    """A model may have to be loaded before the first message; after that, silence is short."""
    deadlines = Deadlines(loading_seconds=300, silence_seconds=30)
    assert deadlines.between_messages(is_open=False) == 300
    assert deadlines.between_messages(is_open=True) == 30


def test_a_timer_runs_down_to_nothing() -> None:
    """What is left is never negative; without a bound there is no number."""
    assert Timer(None).left() is None
    assert Timer(0).left() == 0
    left = Timer(60).left()
    assert left is not None
    assert 50 < left <= 60
