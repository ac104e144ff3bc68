import threading

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
