import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.indexer.share import Share

EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("come"), st.integers(1, 50), st.just(0)),
        st.tuples(st.just("read"), st.integers(1, 20), st.integers(0, 30)),
        st.tuples(st.just("embed"), st.integers(1, 60), st.just(0)),
    ),
    max_size=60,
)


@given(EVENTS)
def test_a_share_never_falls_while_nothing_comes_in(events: list[tuple[str, int, int]]) -> None:
    """Whatever files turn out to hold, and however wrong the guess about them was; and it is 1 only when nothing waits."""
    share, told = Share(), 1.0
    files = passages = read = cut = 0
    for what, count, each in events:
        was_idle = not (files or passages)
        if what == "come":
            files += count
        elif what == "read":
            done = min(count, files)
            files, passages, read, cut = files - done, passages + done * each, read + done, cut + done * each
        else:
            passages -= min(count, passages)
        former, told = told, share.note(files=files, passages=passages, per_file=cut / max(1, read))
        assert 0.0 <= told <= 1.0
        assert (told == 1.0) == (not (files or passages))
        if what != "come" and not was_idle:
            assert told >= former


def test_half_of_what_came_in_is_half() -> None:
    """Also where more comes in meanwhile."""
    share = Share()
    assert share.note(files=100, passages=0, per_file=0.0) == 0.0
    assert share.note(files=50, passages=0, per_file=0.0) == 0.5
    assert share.note(files=150, passages=0, per_file=0.0) == 0.25
    assert share.note(files=0, passages=0, per_file=0.0) == 1.0
    assert share.note(files=4, passages=0, per_file=0.0) == 0.0


def test_one_long_document_is_seen_to_go_on() -> None:
    """Its passages count."""
    share = Share()
    share.note(files=1, passages=0, per_file=10.0)
    share.note(files=0, passages=1000, per_file=10.0)
    assert share.note(files=0, passages=250, per_file=10.0) == 0.75


def test_to_be_found_by_words_is_not_half_the_work() -> None:
    """All notes are read at once, and then embedded for long: beside `1,400 of 3,000 files` nobody is told of 70 %."""
    share = Share()
    share.note(files=3000, passages=0, per_file=1.0)
    assert share.note(files=0, passages=3000, per_file=1.0) < 0.1
    assert share.note(files=0, passages=1600, per_file=1.0) == pytest.approx(1400 / 3000, abs=0.05)
