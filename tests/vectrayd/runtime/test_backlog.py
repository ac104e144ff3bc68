import queue
import threading
import time

from hypothesis import given
from hypothesis import strategies as st

from vectrayd.runtime.backlog import Backlog


@given(st.lists(st.integers(0, 3)))
def test_the_most_urgent_is_taken_first(dues: list[int]) -> None:
    """By what is due first, then by what came first."""
    backlog: Backlog[int] = Backlog()
    for number, due in enumerate(dues):
        backlog.put(number, due=due, number=number)
    taken = [backlog.take() for _ in dues]
    assert taken == sorted(range(len(dues)), key=lambda number: (dues[number], number))


def test_everything_is_taken_once() -> None:
    """Several threads take what one puts; nothing is lost between them, and nothing is taken twice."""
    backlog: Backlog[int] = Backlog()
    taken: queue.SimpleQueue[int] = queue.SimpleQueue()

    def work() -> None:
        while (number := backlog.take()) >= 0:
            taken.put(number)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(3000):
        backlog.put(number, due=0, number=number)
    for number in range(3):
        backlog.put(-1, due=1, number=3000 + number)
    for thread in threads:
        thread.join(10)
    assert sorted(taken.get_nowait() for _ in range(taken.qsize())) == list(range(3000))


def test_the_thread_that_worked_last_works_next() -> None:
    """One query after another does not go round all threads, each with cold caches."""
    backlog: Backlog[int] = Backlog()
    workers: queue.SimpleQueue[int] = queue.SimpleQueue()

    def work() -> None:
        while backlog.take() >= 0:
            workers.put(threading.get_ident())

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    seen = set()
    for number in range(10):
        time.sleep(0.02)  # long enough for whoever was at work to be idle again
        backlog.put(number, due=0, number=number)
        seen.add(workers.get(timeout=5))
    for number in range(3):
        backlog.put(-1, due=0, number=10 + number)
    for thread in threads:
        thread.join(10)
    assert len(seen) == 1
