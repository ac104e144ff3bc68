import queue
import threading
import time
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from vectrayd.domain.options import Lane
from vectrayd.runtime.waiting import WaitingWork


@given(st.lists(st.sampled_from(Lane), max_size=30))
def test_lanes_overtake_and_keep_their_order(lanes: list[Lane]) -> None:
    """What arrives at about the same time is taken lane by lane, and within a lane as it came."""
    waiting: WaitingWork[tuple[Lane, int]] = WaitingWork()
    for number, lane in enumerate(lanes):
        waiting.put((lane, number), lane)
    taken = [waiting.take(last=Lane.IDLE) for _ in lanes]
    assert taken == sorted((lane, number) for number, lane in enumerate(lanes))


def test_a_thread_takes_only_its_lanes() -> None:
    """Who does no bulk work waits for other work, however much bulk work there is."""
    waiting: WaitingWork[str] = WaitingWork()
    waiting.put("bulk", Lane.BULK)
    taken: list[str] = []
    thread = threading.Thread(target=lambda: taken.append(waiting.take(last=Lane.NORMAL)))
    thread.start()
    thread.join(0.05)
    assert thread.is_alive()
    waiting.put("query", Lane.INTERACTIVE)
    thread.join(5)
    assert taken == ["query"]
    assert waiting.take(last=Lane.IDLE) == "bulk"


def workers_of(lanes: Sequence[Lane], arriving: Sequence[Lane], *, pause_seconds: float) -> list[int]:
    """Have a thread for each of `lanes` take what arrives; return which thread took each work, -1 for one that nobody took."""
    waiting: WaitingWork[int] = WaitingWork()
    takers = [-1] * len(arriving)
    done: queue.SimpleQueue[int] = queue.SimpleQueue()

    def work(me: int, last: Lane) -> None:
        while (number := waiting.take(last=last)) >= 0:
            assert takers[number] == -1, "taken twice"
            takers[number] = me
            done.put(number)

    threads = [threading.Thread(target=work, args=(me, last)) for me, last in enumerate(lanes)]
    for thread in threads:
        thread.start()
    for number, lane in enumerate(arriving):
        time.sleep(pause_seconds)
        waiting.put(number, lane)
    for _ in arriving:
        done.get(timeout=10)
    for _ in lanes:
        waiting.put(-1, Lane.INTERACTIVE)
    for thread in threads:
        thread.join(10)
    return takers


def test_everything_is_taken_once() -> None:
    """Nothing is lost between threads, and nothing is taken twice."""
    threads = [Lane.IDLE, Lane.IDLE, Lane.NORMAL]
    assert -1 not in workers_of(threads, [Lane.BULK, Lane.INTERACTIVE, Lane.NORMAL] * 1000, pause_seconds=0)


def test_the_thread_that_worked_last_works_next() -> None:
    """One query after another does not go round the threads, each with cold caches; nor does it go to one that bulk work may need."""
    threads = [Lane.IDLE, Lane.IDLE, Lane.NORMAL]
    assert set(workers_of(threads, [Lane.NORMAL] * 8, pause_seconds=0.02)) == {2}
    assert len(set(workers_of(threads, [Lane.BULK] * 8, pause_seconds=0.02))) == 1
