import json
from datetime import date, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest

from vectrayd.runtime.spending import BudgetSpent, Spending

TODAY = date(2030, 1, 1)


def spending(file: Path, limit: int = 100, day: date = TODAY) -> Spending:
    """A budget on a certain day."""
    return Spending(file, limit=limit, today=lambda: day)


def spend(budget: Spending, tokens: int, at_most: int | None = None) -> None:
    """Let a request cost something."""
    with budget.spend(at_most or tokens) as bill:
        bill.tokens = tokens


def test_what_was_spent_is_remembered(tmp_path: Path) -> None:
    """By another process too, until midnight."""
    file = tmp_path / "folder" / "m.json"
    spend(spending(file), 60)
    with pytest.raises(BudgetSpent):
        spend(spending(file), 41)
    spend(spending(file), 40)
    spend(spending(file, day=TODAY + timedelta(days=1)), 100)


def test_midnight_opens_a_new_page(tmp_path: Path) -> None:
    """In a process that goes on too."""
    days = [TODAY]
    budget = Spending(tmp_path / "m.json", limit=100, today=lambda: days[-1])
    spend(budget, 100)
    days.append(TODAY + timedelta(days=1))
    spend(budget, 100)


def test_the_most_that_a_request_may_cost_must_be_left(tmp_path: Path) -> None:
    """A budget is never exceeded; what was not needed is free again, and what failed cost nothing."""
    budget = spending(tmp_path / "m.json")
    spend(budget, 1, at_most=100)
    with pytest.raises(BudgetSpent):
        spend(budget, 1, at_most=100)
    with pytest.raises(RuntimeError), budget.spend(99):
        raise RuntimeError
    spend(budget, 99)


def test_requests_at_the_same_time_share_a_budget(tmp_path: Path) -> None:
    """Of two that fit alone but not together, one is refused."""
    budget = spending(tmp_path / "m.json")
    inside, refused = Barrier(2, timeout=10), []

    def other() -> None:
        inside.wait()
        try:
            spend(budget, 51)
        except BudgetSpent:
            refused.append(True)
        inside.wait()

    thread = Thread(target=other)
    thread.start()
    with budget.spend(50):
        inside.wait()
        inside.wait()
    thread.join()
    assert refused == [True]


def test_no_limit_is_no_limit(tmp_path: Path) -> None:
    """It is counted all the same."""
    budget = spending(tmp_path / "m.json", limit=0)
    spend(budget, 10**9)
    assert json.loads((tmp_path / "m.json").read_text("utf-8"))["tokens"] == 10**9


@pytest.mark.parametrize("content", ["", "{", "[]", '{"day": "x", "tokens": 1}'])
def test_a_damaged_file_counts_as_spent(tmp_path: Path, content: str) -> None:
    """Nobody knows what was spent today; tomorrow is another day."""
    days = [TODAY]
    (tmp_path / "m.json").write_text(content, "utf-8")
    budget = Spending(tmp_path / "m.json", limit=100, today=lambda: days[-1])
    with pytest.raises(BudgetSpent):
        spend(budget, 1)
    days.append(TODAY + timedelta(days=1))
    spend(budget, 1)


def test_a_disk_that_takes_nothing_does_not_lose_an_answer(tmp_path: Path) -> None:
    """The answer was paid for; the process itself still knows what was spent."""
    (tmp_path / "file").write_text("", "utf-8")
    budget = spending(tmp_path / "file" / "m.json")
    with pytest.raises(BudgetSpent):
        spend(budget, 1)
