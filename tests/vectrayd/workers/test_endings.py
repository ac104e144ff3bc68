import signal

import pytest

from vectrayd.workers.endings import how_it_ended


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (None, "has ended"),
        (0, "with status 0"),
        (137, "with status 137"),
        (-signal.SIGKILL, "perhaps for lack of memory"),
        (-signal.SIGSEGV, "SIGSEGV"),
        (-99, "signal 99"),
    ],
)
def test_an_end_is_told_in_words(status: int | None, words: str) -> None:
    """A person reads what happened to the process, and for a kill what is mostly behind it."""
    assert words in how_it_ended(status)
