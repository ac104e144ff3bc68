"""The jobs that wait for one model, lane by lane."""

import asyncio
from collections.abc import Iterable, Sequence
from itertools import islice

from vectrayd.domain.options import Lane
from vectrayd.scheduling.jobs import Job
from vectrayd.scheduling.slices import choose_slice

_WINDOW_JOBS = 256
"""How far the chooser looks for jobs of like length. Sorting four times as many was no faster in the end."""


class Backlog:
    """Waiting jobs. A lane is only served while all lanes before it are empty."""

    def __init__(self) -> None:
        # Dicts for their order and their cheap removal from the middle.
        self._lanes: dict[Lane, dict[Job, None]] = {lane: {} for lane in Lane}
        self._changed = asyncio.Condition()

    async def add(self, jobs: Iterable[Job]) -> None:
        """Let `jobs` wait, each in its lane."""
        async with self._changed:
            for job in jobs:
                self._lanes[job.lane][job] = None
            self._changed.notify_all()

    async def put_back(self, jobs: Sequence[Job]) -> None:
        """Let `jobs` wait again, before all others of their lanes."""
        async with self._changed:
            for lane in {job.lane for job in jobs}:
                self._lanes[lane] = {job: None for job in jobs if job.lane is lane} | self._lanes[lane]
            self._changed.notify_all()

    async def wait_slice(self, *, last: Lane = Lane.IDLE) -> list[Job]:
        """Wait for jobs in the lanes up to `last`, and take the next slice of them."""
        async with self._changed:
            while not (jobs := self._take(last)):
                await self._changed.wait()
            return jobs

    def take_all(self) -> list[Job]:
        """Take everything that waits."""
        jobs = [job for lane in self._lanes.values() for job in lane]
        for lane in self._lanes.values():
            lane.clear()
        return jobs

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    def _take(self, last: Lane) -> list[Job]:
        for lane, waiting in self._lanes.items():
            # A caller that hung up is not worth a forward pass.
            for job in [job for job in islice(waiting, _WINDOW_JOBS) if job.answer.done()]:
                del waiting[job]
            if lane <= last and (jobs := choose_slice(list(islice(waiting, _WINDOW_JOBS)))):
                for job in jobs:
                    del waiting[job]
                return jobs
        return []
