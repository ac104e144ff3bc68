"""How much of a day's budget is spent, remembered across restarts."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path


class BudgetSpent(Exception):
    """What is left of today's budget may not be enough."""


@dataclass(slots=True, kw_only=True)
class Bill:
    """What one request cost."""

    tokens: int = 0


def _today() -> date:
    return datetime.now(UTC).date()


class Spending:
    """Tokens sent since midnight (UTC), kept in a small file. Threads may share it; one process at a time writes the file."""

    def __init__(self, file: Path, *, limit: int, today: Callable[[], date] = _today) -> None:
        self._file = file
        self._limit = limit
        """Tokens a day; 0 for none."""
        self._today = today
        self._reserved = 0
        self._one_at_a_time = threading.Lock()
        self._day, self._tokens = self._remembered()

    @contextlib.contextmanager
    def spend(self, at_most: int) -> Iterator[Bill]:
        """Set `at_most` tokens aside while a request is under way, then write down what its bill says.

        Raises:
            BudgetSpent: so many are not left, or may not be.

        """
        bill = Bill()
        with self._one_at_a_time:
            self._turn_page()
            if self._limit and self._tokens + self._reserved + at_most > self._limit:
                raise BudgetSpent
            self._reserved += at_most
        try:
            yield bill
        finally:
            with self._one_at_a_time:
                self._reserved -= at_most
                self._turn_page()
                self._tokens += bill.tokens
                self._write()

    def _turn_page(self) -> None:
        if self._day != self._today():
            self._day, self._tokens = self._today(), 0

    def _remembered(self) -> tuple[date, int]:
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            return date.fromisoformat(kept["day"]), int(kept["tokens"])
        except FileNotFoundError:
            return self._today(), 0
        except (OSError, ValueError, KeyError, TypeError):
            # Nobody knows what was spent today; a budget is there to be kept.
            return self._today(), self._limit

    def _write(self) -> None:
        unfinished = self._file.with_suffix(".new")
        with contextlib.suppress(OSError):  # it is known here as long as this process lives
            self._file.parent.mkdir(parents=True, exist_ok=True)
            unfinished.write_text(json.dumps({"day": self._day.isoformat(), "tokens": self._tokens}), "utf-8")
            unfinished.replace(self._file)
