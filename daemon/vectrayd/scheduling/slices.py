"""Texts that go through the model together, and how many of them. Pure.

A slice goes to a worker whole and cannot be interrupted, so what it takes bounds how long an interactive query has to wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.scheduling.costs import Rates
from vectrayd.scheduling.jobs import Job

MOST_TEXTS = 512
"""In one slice, however fast the model is: settling more at once would hold up the event loop."""


@dataclass(slots=True, eq=False, kw_only=True)
class Slice:
    """Jobs of equal options that were taken from one client's queue."""

    jobs: Sequence[Job]
    lane: Lane
    client: str
    seconds: float
    """That one stream is expected to work on it."""
    waited_seconds: float = 0.0
    """How long the oldest of its texts waited."""
    is_suspect: bool = False
    """Whether a worker died over these jobs, so that one of them may be the cause."""
    beside_suspect: bool = False
    """Whether it was at work while a suspect slice was, so that a worker's death is not held against it."""

    @property
    def options(self) -> EncodeOptions:
        """How its texts are to be encoded."""
        return self.jobs[0].ticket.options

    @property
    def size_bytes(self) -> int:
        """Of all its texts."""
        return sum(job.size_bytes for job in self.jobs)


def count_fitting(jobs: Sequence[Job], rates: Rates, *, quantum_seconds: float) -> int:
    """Return how many jobs from the end of `jobs` make a slice of at most `quantum_seconds`: at least one, if there is any."""
    left = quantum_seconds - rates.fixed
    count = 0
    for job in reversed(jobs[-MOST_TEXTS:]):
        left -= rates.per_text + rates.per_byte * job.size_bytes
        if left < 0 and count:
            break
        count += 1
    return count
