"""All models' workers: started when needed, within the memory there is, and put to sleep when nobody uses them."""

import asyncio
import contextlib
import math
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.messages import Order
from vectrayd.workers.bell import Bell
from vectrayd.workers.berth import Berth, Launch
from vectrayd.workers.budget import Resident, evictions, in_words
from vectrayd.workers.keepalive import KeepAlive
from vectrayd.workers.machine import slept_seconds
from vectrayd.workers.report import Report
from vectrayd.workers.worker import COMMAND, KilledLoading, Worker

_CHEAP_SECONDS = 1.0
"""Looking for files takes milliseconds; making them of a package burns the processor for seconds."""
_NAP_SECONDS = 1.0
"""Sleep of the machine that counts. Reading two clocks one after the other differs by microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how large."""

    keep_alive: KeepAlive = field(default_factory=KeepAlive)
    budget_bytes: float = math.inf
    """Memory for all workers together."""
    load_seconds: float = 600.0
    """After which a load that does not end is taken for hung."""
    room_seconds: float = 60.0
    """How long a load waits for busy models to make room."""
    look_seconds: float = 0.25
    """Between two looks at the workers, while there are any: a worker's end is known within a second."""
    grace_seconds: float = 60.0
    """For slices at work when a worker is put to sleep. It is idle then, so this is for what cannot be; a hung one has its own watchdog."""


class Fleet:
    """The workers of all models.

    `order_for` tells how a model is loaded; it may have to make the model's files first. `estimate` tells the bytes of memory that a
    loaded model is expected to take. `is_wanted` tells whether texts wait for a model: those count as use.
    """

    def __init__(
        self,
        order_for: Callable[[str], Awaitable[Order]],
        *,
        command: Sequence[str] = COMMAND,
        limits: Limits = Limits(),
        estimate: Callable[[str], int] = lambda _: 0,
        is_wanted: Callable[[str], bool] = lambda _: False,
        slept: Callable[[], float] = slept_seconds,
    ) -> None:
        self._order_for = order_for
        self._command = command
        self._limits = limits
        self._estimate = estimate
        self._is_wanted = is_wanted
        self._slept = slept
        self._berths: dict[str, Berth] = {}
        self._keeper: asyncio.Task[None] | None = None
        self.changes = Bell()
        """Rings whenever a model stands otherwise than before, or is asked for after nobody used it."""

    async def worker(self, model: str) -> Worker:
        """Return the model's worker; callers that come while it starts share the one start.

        Raises:
            VectrayError: it cannot be started, or failed so lately that it is not tried again yet; the message says when it is.

        """
        if self._keeper is None or self._keeper.done():
            self._keeper = asyncio.create_task(self._keep())
        berth = self._berth(model)
        if berth.idle_since is not None:
            self.changes.ring()
        return await berth.worker()

    def running(self) -> Mapping[str, Worker]:
        """The workers that are ready now, by model."""
        return {model: worker for model, berth in self._berths.items() if (worker := berth.ready)}

    def known(self) -> Collection[str]:
        """The models that anybody ever asked for."""
        return self._berths.keys()

    def starts(self) -> Mapping[str, int]:
        """How many workers came up so far, by model."""
        return {model: berth.starts for model, berth in self._berths.items()}

    def report(self, model: str) -> Report:
        """Return where a model stands."""
        berth, now = self._berths.get(model), time.monotonic()
        if berth is None:
            return Report()
        unloads = 0.0 if berth.idle_since is None else self._seconds_left(model, berth.idle_since, now)
        return Report(
            worker=berth.ready,
            loading=berth.launch.step if berth.launch else "",
            loading_seconds=now - berth.launch.began if berth.launch else 0.0,
            failure=berth.trouble.error if berth.trouble else None,
            retry_seconds=max(0.0, berth.trouble.until - now) if berth.trouble else 0.0,
            unloads_seconds=0.0 if math.isinf(unloads) else unloads,
            facts=berth.facts,
        )

    async def stop(self, model: str, *, grace_seconds: float = 0.0) -> None:
        """End the model's worker if there is one, or call its start off. Slices at work get `grace_seconds` to be finished."""
        if (berth := self._berths.get(model)) and (gone := berth.retire(grace_seconds=grace_seconds)):
            await asyncio.shield(gone)

    async def stop_all(self) -> None:
        """End every worker now."""
        await asyncio.gather(*(self.stop(model) for model in self._berths))
        if self._keeper:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])

    def _berth(self, model: str) -> Berth:
        if model not in self._berths:
            self._berths[model] = Berth(
                model,
                partial(self._launch, model),
                bell=self.changes,
                is_wanted=partial(self._is_wanted, model),
            )
        return self._berths[model]

    async def _launch(self, model: str, progress: Launch) -> Worker:
        limit = self._limits.load_seconds
        try:
            async with asyncio.timeout(limit):
                progress.step = "preparing its files"
                order = await self._order_for(model)
                progress.costly = time.monotonic() - progress.began > _CHEAP_SECONDS
                progress.step = "waiting for memory"
                await self._make_room(model, progress)
                progress.step, progress.costly = "loading its weights", True
                self._berths[model].slept_seconds = self._slept()
                return await self._load(order)
        except TimeoutError:
            raise ModelUnavailable(f"Loading the model took longer than {limit:g} s and was ended.") from None

    async def _load(self, order: Order) -> Worker:
        """Load, and once more if the process was killed over it: a single death may be anybody's."""
        with contextlib.suppress(KilledLoading):
            return await Worker.start(order, command=self._command)
        return await Worker.start(order, command=self._command)

    async def _make_room(self, model: str, progress: Launch) -> None:
        """Unload idle models until this one fits; wait for busy ones if need be."""
        needed, budget = self._estimate(model), self._limits.budget_bytes
        if needed > budget:
            raise ModelUnavailable(
                f"{model} takes about {in_words(needed)} of memory, and models may take {in_words(budget)} together."
            )
        until = time.monotonic() + self._limits.room_seconds
        while (victims := evictions(needed, self._residents(), budget_bytes=budget)) is None:
            if time.monotonic() >= until:
                raise ModelUnavailable(
                    f"{model} takes about {in_words(needed)} of memory, of which models may take {in_words(budget)}"
                    " together, and the loaded ones are busy."
                )
            await asyncio.sleep(self._limits.look_seconds)
        progress.size_bytes = needed  # from now on it counts, so that two loads do not share one room
        # Out of service in the very step in which they were found idle: a moment later one may be at work, or be started anew.
        leaving = [self._berths[one].retire(grace_seconds=self._limits.grace_seconds) for one in victims]
        if gone := [task for task in leaving if task]:
            await asyncio.wait(gone)

    def _residents(self) -> list[Resident]:
        return [
            Resident(model=model, size_bytes=size, idle_since=berth.idle_since)
            for model, berth in self._berths.items()
            if (size := berth.size_bytes)
        ]

    async def _keep(self) -> None:
        """Look after the workers until there are none: an idle daemon is not woken for this."""
        while self._berths_in_use():
            await asyncio.sleep(self._limits.look_seconds)
            for model, berth in self._berths_in_use().items():
                if not berth.notice_death() and self._is_due(model, berth):
                    berth.retire(grace_seconds=self._limits.grace_seconds)

    def _berths_in_use(self) -> dict[str, Berth]:
        return {model: berth for model, berth in self._berths.items() if berth.is_taken}

    def _is_due(self, model: str, berth: Berth) -> bool:
        if berth.idle_since is None or berth.ready is None:
            return False
        is_lost = (
            berth.ready.facts.device != "cpu" and self._slept() - berth.slept_seconds > _NAP_SECONDS
        )  # other devices forget what they hold, or go away, while the machine sleeps
        return is_lost or self._seconds_left(model, berth.idle_since, time.monotonic()) <= 0

    def _seconds_left(self, model: str, idle_since: float, now: float) -> float:
        return self._limits.keep_alive.seconds_left(model, idle_seconds=now - idle_since)
