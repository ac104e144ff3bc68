"""One worker process: started, spoken to, and known to be dead when it is."""

import asyncio
import contextlib
import itertools
import logging
import os
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
    Load,
    Loaded,
    LoadFailed,
    Slice,
    SliceDone,
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
"""Between a worker's last word and its end; measured in milliseconds."""
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


class Worker:
    """A running worker with its model loaded. Made by `start`."""

    def __init__(self, process: asyncio.subprocess.Process, facts: ModelFacts) -> None:
        self._process = process
        self._numbers = itertools.count()
        self._answers: dict[int, asyncio.Future[SliceDone | TokenizeDone]] = {}
        self._listener = asyncio.create_task(self._listen())
        self._idle_since = time.monotonic()
        self.facts = facts

    @classmethod
    async def start(cls, order: Load, *, command: Sequence[str] = COMMAND) -> "Worker":
        """Start a process by `command`, and have it load the model of `order`.

        Raises:
            ModelUnavailable: the model cannot be loaded, or the process died over it.

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
            return cls(process, answer.facts)
        status = await _end(process, patience_seconds=_PATIENCE_SECONDS)
        if isinstance(answer, LoadFailed):
            raise answer.error
        raise ModelUnavailable(f"{how_it_ended(status)} It was loading the model.")

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether slices can be given to it."""
        return not self._listener.done()

    @property
    def idle_since(self) -> float | None:
        """Monotonic seconds since nothing is in flight; None while it works."""
        return None if self._answers else self._idle_since

    @property
    def death(self) -> str:
        """How its process ended, in one sentence."""
        return how_it_ended(self._process.returncode)

    async def encode(self, texts: Sequence[str], options: EncodeOptions, lane: Lane) -> Encoded:
        """Encode one slice.

        Raises:
            ModelFailed: the process died before it answered.

        """
        number = next(self._numbers)
        order = Slice(number=number, lane=lane, options=options, texts=tuple(texts))
        done: SliceDone = await self._ask(order)
        return Encoded(outcomes_of(done.columns), done.seconds, done.columns.tokens)

    async def tokenize(self, texts: Sequence[str]) -> Sequence[Tokens]:
        """Return each text's tokens, in order.

        Raises:
            VectrayError: the process died before it answered, or the tokenizer failed.

        """
        done: TokenizeDone = await self._ask(TokenizeTexts(number=next(self._numbers), texts=tuple(texts)))
        if isinstance(done.tokens, VectrayError):
            raise done.tokens
        return done.tokens

    async def _ask(self, order: Slice | TokenizeTexts) -> Any:  # noqa: ANN401 - the answer that belongs to the order
        if not self.alive:
            raise ModelFailed("The model's process has ended.")
        answer = self._answers[order.number] = asyncio.get_running_loop().create_future()
        try:
            _send(self._process, order)
            return await answer
        finally:
            self._answers.pop(order.number, None)
            self._idle_since = time.monotonic()

    async def stop(self, *, grace_seconds: float = 0.0) -> None:
        """End the process, after up to `grace_seconds` for the slices that it works on; whoever then still waits gets ModelFailed."""
        if self._answers and grace_seconds:
            await asyncio.wait(self._answers.values(), timeout=grace_seconds)
        await _end(self._process)
        await self._listener

    async def _listen(self) -> None:
        try:
            while isinstance(message := await _receive(self._process), SliceDone | TokenizeDone):
                answer = self._answers.get(message.number)
                if answer and not answer.done():
                    answer.set_result(message)
        finally:
            await _end(self._process, patience_seconds=_PATIENCE_SECONDS)
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ModelFailed("The model's process died."))


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
    with contextlib.suppress(ProcessLookupError):
        process.kill()  # it holds nothing that a gentler end would save
    return await process.wait()
