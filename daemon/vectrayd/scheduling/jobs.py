"""One text on its way through the daemon."""

import asyncio
from dataclasses import dataclass

from vectrayd.domain.embedding import Outcome
from vectrayd.domain.options import EncodeOptions, Lane


@dataclass(slots=True, eq=False, kw_only=True)
class Job:
    """A text that was admitted. Its answer is set exactly once; cancelling the answer drops the job while it waits."""

    text: str
    size_bytes: int
    """Of the text in UTF-8: what limits are counted in, and a guess at the work before anything is tokenized."""
    options: EncodeOptions
    lane: Lane
    answer: asyncio.Future[Outcome]
    attempts: int = 0
    """How many workers died over a slice that it was in."""

    def settle(self, outcome: Outcome) -> None:
        """Answer, unless nobody waits any more."""
        if not self.answer.done():
            self.answer.set_result(outcome)
