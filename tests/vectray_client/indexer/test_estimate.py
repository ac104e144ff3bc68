import pytest

from vectray_client.indexer.estimate import Done, Rate


def test_what_is_left_takes_as_long_as_what_was_done() -> None:
    """Passages at the rate of passages; files not yet read count with the passages that files had so far."""
    rate = Rate()
    for second in range(11):
        rate.note(float(second), Done(files=2 * second, cut=20 * second, embedded=10 * second))
    assert rate.seconds_left(files=0, passages=100) == pytest.approx(10)
    assert rate.seconds_left(files=10, passages=100) == pytest.approx(20)


def test_a_rate_of_long_ago_does_not_count() -> None:
    """A machine that became slow is believed after some minutes."""
    rate = Rate()
    rate.note(0.0, Done(embedded=0))
    rate.note(1.0, Done(embedded=10_000))
    for second in range(2, 200):
        rate.note(float(second), Done(embedded=10_000 + second))
    assert rate.seconds_left(files=0, passages=100) == pytest.approx(100, rel=0.05)


def test_nobody_guesses() -> None:
    """Before anything was done, and after a time without work, nothing is said."""
    rate = Rate()
    assert rate.seconds_left(files=5, passages=5) == 0
    rate.note(0.0, Done())
    rate.note(60.0, Done())
    assert rate.seconds_left(files=5, passages=5) == 0
    rate.note(70.0, Done(embedded=10))
    rate.forget()
    assert rate.seconds_left(files=5, passages=5) == 0


def test_what_is_done_once_makes_nothing_slow() -> None:
    """A model that took long to load was slow to load, not to embed."""
    rate = Rate()
    rate.note(0.0, Done())
    rate.note(60.0, Done(files=100, cut=100))
    for second in range(1, 6):
        rate.note(60.0 + second, Done(files=100, cut=100, embedded=10 * second))
    assert rate.seconds_left(files=0, passages=50) == pytest.approx(5)
