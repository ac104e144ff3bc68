"""One worker process: started, spoken to, and known to be dead when it is."""

import asyncio
import contextlib
import itertools
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from typing import Any

from vectrayd.domain.columns import outcomes_of
from vectrayd.domain.embedding import Encoded, Tokens
from vectrayd.domain.errors import ModelFailed, ModelUnavailable, VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.messages import (
    LENGTH,
    EncodeDone,
    EncodeTexts,
    Loaded,
    LoadFailed,
    Order,
    SpellDone,
    SpellTokens,
    TokenizeDone,
    TokenizeTexts,
    ToWorker,
    framed,
    unframed,
)
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.workers.endings import how_it_ended

_log = logging.getLogger(__name__)

COMMAND = (
    sys.executable,
    "-P",  # never import from the folder that the daemon happens to be started in
    "-m",
    "vectrayd.runtime",
)
_PATIENCE_SECONDS = 0.5
"""Between a worker's last word and its end; mostly milliseconds."""
LOOKUP_SECONDS = 120.0
"""What the tokenizer may take, a few slices before it included. Generous: a machine may be swapping."""
_ENVIRONMENT = {
    # One thread a stream: two streams beat one pair of threads, and no barrier waits for a thread that the system put aside.
    # All must be set before torch is imported.
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "TOKENIZERS_PARALLELISM": "false",
    # Loading never asks a model hub.
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
}


class WorkerGone(Exception):
    """A worker ended before it answered."""

    def __init__(self, *, blameless: bool) -> None:
        super().__init__("The model's process ended.")
        self.is_blameless = blameless
        """Whether it was stopped on purpose, so that nothing of what it worked on can be the cause."""


class KilledLoading(ModelUnavailable):
    """A process was ended by a signal while it loaded a model: by chance, or because it took too much."""


class Worker:
    """A running worker with its model loaded. Made by `start`."""

    def __init__(
        self, process: asyncio.subprocess.Process, facts: ModelFacts, *, lookup_seconds: float
    ) -> None:
        self._process = process
        self._lookup_seconds = lookup_seconds
        self._numbers = itertools.count()
        self._answers: dict[int, asyncio.Future[EncodeDone | TokenizeDone | SpellDone]] = {}
        self._is_stopping = False
        self._is_hung = False
        self._listener = asyncio.create_task(self._listen())
        self.facts = facts
        self.has_encoded = False
        """Whether it ever answered a slice."""
        self.idle_since: float | None = time.monotonic()
        """Since when nothing is in flight, on the monotonic clock; None while something is."""

    @classmethod
    async def start(
        cls, order: Order, *, command: Sequence[str] = COMMAND, lookup_seconds: float = LOOKUP_SECONDS
    ) -> "Worker":
        """Start a process by `command`, and have it load the model of `order`; it looks tokens up within `lookup_seconds`, or is hung.

        Raises:
            ModelUnavailable: the model cannot be loaded, or the process died over it.
            KilledLoading: it died by a signal.

        """
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **_ENVIRONMENT},
            start_new_session=True,  # Ctrl-C in a terminal is for the supervisor, which stops its workers in order
        )
        try:
            _send(process, order)
            answer = await _receive(process)
        except BaseException:
            await _end(process)
            raise
        if isinstance(answer, Loaded):
            return cls(process, answer.facts, lookup_seconds=lookup_seconds)
        status = await _end(process, patience_seconds=_PATIENCE_SECONDS)
        if isinstance(answer, LoadFailed):
            raise answer.error
        failure = KilledLoading if status < 0 else ModelUnavailable
        raise failure(f"{how_it_ended(status)} It was loading the model.")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether slices can be given to it."""
        return not self._listener.done()

    @property
    def death(self) -> str:
        """How it ended, in one sentence."""
        if self._is_hung:
            return "The model's process did not answer any more and was ended."
        return how_it_ended(self._process.returncode)

    async def encode(self, texts: Sequence[str], options: EncodeOptions, lane: Lane) -> Encoded:
        """Encode one slice.

        Raises:
            WorkerGone: the process ended before it answered.

        """
        number = next(self._numbers)
        order = EncodeTexts(number=number, lane=lane, options=options, texts=tuple(texts))
        done: EncodeDone = await self._ask(order)
        self.has_encoded = True
        return Encoded(outcomes_of(done.columns), done.seconds, done.columns.tokens)

    async def tokenize(self, texts: Sequence[str]) -> Sequence[Tokens]:
        """Return each text's tokens, in order.

        Raises:
            VectrayError: the process ended before it answered, or the tokenizer failed.

        """
        done: TokenizeDone = await self._look_up(
            TokenizeTexts(number=next(self._numbers), texts=tuple(texts))
        )
        if isinstance(done.tokens, VectrayError):
            raise done.tokens
        return done.tokens

    async def spell(self, ids: Sequence[tuple[int, ...]]) -> Sequence[str | None]:
        """Return the text of each list of token ids, in order; None where the ids are no text's.

        Raises:
            VectrayError: the process ended before it answered, or the tokenizer failed.

        """
        done: SpellDone = await self._look_up(SpellTokens(number=next(self._numbers), ids=tuple(ids)))
        if isinstance(done.texts, VectrayError):
            raise done.texts
        return done.texts

    async def _look_up(self, order: TokenizeTexts | SpellTokens) -> Any:  # noqa: ANN401 - as below
        try:
            async with asyncio.timeout(self._lookup_seconds):
                return await self._ask(order)
        except TimeoutError:
            _log.warning(
                "a tokenizer did not answer for %.0f s; its worker is replaced", self._lookup_seconds
            )
            await self.kill()
            raise ModelFailed("The tokenizer did not answer; try again.") from None
        except WorkerGone as gone:
            raise ModelFailed("The model's process ended; try again.") from gone

    async def _ask(self, order: EncodeTexts | TokenizeTexts | SpellTokens) -> Any:  # noqa: ANN401 - the answer that belongs to the order
        if not self.alive:
            raise WorkerGone(blameless=True)
        self.idle_since = None
        answer = self._answers[order.number] = asyncio.get_running_loop().create_future()
        try:
            _send(self._process, order)
            return await answer
        finally:
            self._answers.pop(order.number, None)
            if not self._answers:
                self.idle_since = time.monotonic()

    async def kill(self) -> None:
        """End the process now, because it does not answer; whoever waits for it gets WorkerGone."""
        self._is_hung = not self._is_stopping
        await _end(self._process)
        await self._listener

    async def stop(self, *, grace_seconds: float = 0.0) -> None:
        """End the process, after up to `grace_seconds` for the slices that it works on; whoever then still waits gets WorkerGone."""
        if self._answers and grace_seconds:
            await asyncio.wait(self._answers.values(), timeout=grace_seconds)
        self._is_stopping = True
        await self.kill()

    async def _listen(self) -> None:
        try:
            while isinstance(message := await _receive(self._process), EncodeDone | TokenizeDone | SpellDone):
                answer = self._answers.get(message.number)
                if answer and not answer.done():
                    answer.set_result(message)
        finally:
            await _end(self._process, patience_seconds=_PATIENCE_SECONDS)
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(WorkerGone(blameless=self._is_stopping))


def _send(process: asyncio.subprocess.Process, message: ToWorker) -> None:
    # The pipe's buffer is bounded by what the scheduler keeps in flight: a few slices.
    if process.stdin and not process.stdin.is_closing():
        process.stdin.write(framed(message))


async def _receive(process: asyncio.subprocess.Process) -> object:
    """Return the next message, None once the process hung up or says what nobody understands."""
    if process.stdout is None:
        return None
    try:
        (length,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
        return unframed(await process.stdout.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    except Exception as error:  # noqa: BLE001 - damaged bytes can make unpickling raise anything
        _log.warning("a worker sent a damaged frame: %s", type(error).__name__)
        return None


async def _end(process: asyncio.subprocess.Process, *, patience_seconds: float = 0.0) -> int:
    """Make sure that the process is gone; return its exit status. One that is ending by itself gets time to, so that its status says why."""
    with contextlib.suppress(TimeoutError):
        return await asyncio.wait_for(process.wait(), patience_seconds)
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            # Gently would save nothing. Not by `process.kill`: it may reap the process itself, and then nobody learns its exit status.
            os.kill(process.pid, signal.SIGKILL)
    return await process.wait()
