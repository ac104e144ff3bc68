import threading
from concurrent.futures import Future

import pytest

from vectray_client.indexer.inbox import Crew, Inbox


def test_work_comes_in_the_order_of_its_arrival() -> None:
    """And says whether it is to be alone."""
    inbox, done = Inbox(), list[int]()
    for number in range(3):
        inbox.post(lambda number=number: done.append(number), is_alone=number == 1)  # type: ignore[misc] # bound early
    alone = []
    while (arrived := inbox.wait(0)) is not None:
        arrived[0]()
        alone.append(arrived[1])
    assert (done, alone, inbox.is_empty) == ([0, 1, 2], [False, True, False], True)


def test_what_waits_for_a_commit_is_done_once() -> None:
    """Nobody hears of what may still be taken back."""
    inbox, told = Inbox(), list[str]()
    inbox.after_commit(lambda: told.append("committed"))
    assert told == []
    inbox.note_commit()
    inbox.note_commit()
    assert told == ["committed"]


def test_a_crew_works_elsewhere_and_answers_here() -> None:
    """Results and errors alike are taken by the thread that looks into the inbox."""
    inbox = Inbox()
    crew = Crew(inbox, threads=2, name="crew")
    taken: list[object] = []

    def take(future: "Future[int]") -> None:
        taken.append((threading.current_thread().name, future.exception() or future.result()))

    def fail() -> int:
        raise KeyError("no")

    crew.do(lambda: 7, take)
    crew.do(fail, take)
    for _ in range(2):
        arrived = inbox.wait(10)
        assert arrived
        arrived[0]()
    crew.close()
    here = threading.current_thread().name
    assert sorted(map(repr, taken)) == sorted([f"({here!r}, 7)", f"({here!r}, KeyError('no'))"])


@pytest.mark.parametrize("threads", [1, 2])
def test_no_more_work_is_under_way_than_there_are_threads(threads: int) -> None:
    """The rest waits its turn."""
    inbox, gate = Inbox(), threading.Semaphore(0)
    crew = Crew(inbox, threads=threads, name="crew")
    begun = threading.Semaphore(0)

    def work() -> None:
        begun.release()
        gate.acquire(timeout=10)

    for _ in range(threads + 1):
        crew.do(work, lambda _: None)
    assert all(begun.acquire(timeout=10) for _ in range(threads))
    assert not begun.acquire(timeout=0.05)
    gate.release()
    assert begun.acquire(timeout=10)
    gate.release(threads)
    crew.close()
