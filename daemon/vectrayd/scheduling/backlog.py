"""The jobs that wait for one model, lane by lane."""

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice

from vectrayd.domain.embedding import Outcome
from vectrayd.domain.options import Lane
from vectrayd.scheduling.jobs import Job
from vectrayd.scheduling.slices import choose_slice

_WINDOW_JOBS = 256
"""How far the chooser looks for jobs of like length: far enough to find them, near enough to be looked through for every slice."""


class Backlog:
    """Waiting jobs. A lane is only served while all lanes before it are empty."""

    def __init__(self) -> None:
        # Dicts for their order and their cheap removal from the middle.
        self._lanes: dict[Lane, dict[Job, None]] = {lane: {} for lane in Lane}
        self._changed = asyncio.Event()

    def add(self, jobs: Iterable[Job]) -> None:
        """Let `jobs` wait, each in its lane; one whose answer is cancelled leaves at once."""
        for job in jobs:
            self._lanes[job.lane][job] = None
            # A caller that hung up is not worth a forward pass, nor the memory.
            job.answer.add_done_callback(partial(self._drop, job))
        self._changed.set()

    def put_back(self, jobs: Sequence[Job]) -> None:
        """Let `jobs` wait again, before all others of their lanes."""
        for lane in {job.lane for job in jobs}:
            returned = {job: None for job in jobs if job.lane is lane and not job.answer.done()}
            self._lanes[lane] = returned | self._lanes[lane]
        self._changed.set()

    async def wait_slice(self, *, last: Lane = Lane.IDLE) -> list[Job]:
        """Wait for jobs in the lanes up to `last`, and take the next slice of them."""
        while not (jobs := self._take(last)):
            self._changed.clear()
            await self._changed.wait()
        return jobs

    def take_all(self) -> list[Job]:
        """Take everything that waits."""
        jobs = [job for waiting in self._lanes.values() for job in waiting]
        for waiting in self._lanes.values():
            waiting.clear()
        return jobs

    def _take(self, last: Lane) -> list[Job]:
        for lane, waiting in self._lanes.items():
            # Cancelled in this very turn of the event loop, so that its own farewell is still to come.
            window = [job for job in islice(waiting, _WINDOW_JOBS) if not job.answer.done()]
            if lane <= last and (jobs := choose_slice(window)):
                for job in jobs:
                    del waiting[job]
                return jobs
        return []

    def _drop(self, job: Job, _: asyncio.Future[Outcome]) -> None:
        self._lanes[job.lane].pop(job, None)
