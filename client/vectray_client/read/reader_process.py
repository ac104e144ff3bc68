"""One reader process, seen from its owner: files go in, answers come out, and it may die at any moment."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import NamedTuple

import psutil

from vectray_client.domain import Document, Refusal
from vectray_client.read.answers import packed, unpacked
from vectray_client.read.confinement import bound_processor_time, confine
from vectray_client.read.lean_process import LeanContext
from vectray_client.read.options import MEGABYTE, ReadOptions, TokenizerUnusable

_LOOK_SECONDS = 0.5
# Seconds of a processor are what a file may cost: readers yield to everything else, and a busy machine is no file's fault.
# By the clock it is this many times as long, for what waits for a disk that never answers.
_PATIENCE = 10
_START_SECONDS = 60.0  # a second on a machine with nothing else to do
_MAX_ANSWER_BYTES = 256 * MEGABYTE
_CRASHED = "the reader crashed on it"
_OUT_OF_MEMORY = 77  # an exit status that nothing else uses


class Task(NamedTuple):
    """A file to be read."""

    path: str
    size: int
    """Bytes; decides how long the reading may take."""


class Used(NamedTuple):
    """What a process takes of the machine."""

    memory_bytes: int
    cpu_seconds: float


class ReaderDied(Exception):
    """The process ended before it had answered; the message says why, as the reason of a refusal does."""


class NotStarted(ReaderDied):
    """It ended before it had been given anything: no file is to blame."""


class ReaderProcess:
    """A process that starts with its construction. To be used by one thread, but for `kill`."""

    def __init__(self, options: ReadOptions) -> None:
        context = LeanContext()
        self._options = options
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs, options), daemon=True)
        self._process.start()
        theirs.close()
        self._is_ready = False
        self.files = 0
        """How many it has read."""

    def kill(self) -> None:
        """End it now, in the middle of whatever it does; from any thread."""
        self._process.kill()

    def wait_ended(self) -> int | None:
        """End it and wait until it is gone; return its exit status, negative for a signal's number."""
        self.kill()
        self._process.join()
        self._pipe.close()
        return self._process.exitcode

    def used(self) -> Used:
        """What it holds and has spent; nothing once it has ended."""
        try:
            process = psutil.Process(self._process.pid)
            times = process.cpu_times()
            return Used(memory_bytes=process.memory_info().rss, cpu_seconds=times.user + times.system)
        except psutil.NoSuchProcess:
            return Used(memory_bytes=0, cpu_seconds=0.0)

    def read(self, tasks: Sequence[Task]) -> Iterator[Document | Refusal]:
        """The answers in order, each as soon as it is there.

        Raises ReaderDied over the first file without an answer, NotStarted over none; TokenizerUnusable.
        """
        if not self._is_ready:
            self._wait_ready()
        try:
            self._pipe.send([task.path for task in tasks])
        except OSError:
            raise NotStarted from None
        for task in tasks:
            seconds = self._options.limits.seconds_for(task.size)
            message = self._wait_message(seconds, late=f"reading it took longer than {seconds:.3g} s")
            try:
                answer = unpacked(message)
            except (ValueError, RecursionError):
                raise ReaderDied(_CRASHED) from None
            self.files += 1
            yield answer

    def _wait_ready(self) -> None:
        try:
            trouble = self._wait_message(_START_SECONDS, late="")
        except ReaderDied:
            raise NotStarted from None
        if trouble:
            raise TokenizerUnusable(trouble.decode())
        self._is_ready = True

    def _wait_message(self, seconds: float, *, late: str) -> bytes:
        hopeless_at = time.monotonic() + _PATIENCE * seconds
        before: Used | None = None
        try:
            while not self._pipe.poll(min(_LOOK_SECONDS, seconds)):
                now = self.used()
                before = before or now
                if now.memory_bytes > self._options.memory_bytes:
                    raise ReaderDied(_too_large(self._options.memory_bytes))
                if now.cpu_seconds - before.cpu_seconds > seconds or time.monotonic() > hopeless_at:
                    raise ReaderDied(late)
            return self._pipe.recv_bytes(_MAX_ANSWER_BYTES)
        except (EOFError, OSError):
            gave_up = self.wait_ended() == _OUT_OF_MEMORY
            raise ReaderDied(_too_large(self._options.address_bytes) if gave_up else _CRASHED) from None


def _too_large(limit_bytes: int) -> str:
    return f"reading it needs more than {limit_bytes // MEGABYTE} MB of memory"


def _serve(pipe: Connection, options: ReadOptions) -> None:
    """Run in the reader process until its owner is gone."""
    confine(address_bytes=options.address_bytes)
    # Imported where it runs: the libraries that parse files have no business in the process that owns the readers.
    from vectray_client.read.reader import read  # noqa: PLC0415
    from vectray_client.read.tokens import load_counter  # noqa: PLC0415

    with suppress(EOFError, OSError):  # raised by the pipe where the owner is gone
        try:
            load_counter(options.tokenizer_path)  # before the first file's clock starts
        except TokenizerUnusable as error:
            pipe.send_bytes(str(error).encode())
            return
        pipe.send_bytes(b"")
        while True:
            for path in pipe.recv():
                bound_processor_time(seconds=options.limits.max_seconds)
                try:
                    pipe.send_bytes(packed(read(path, options)))
                except MemoryError:
                    # What is left of the memory would be too little for the next file.
                    os._exit(_OUT_OF_MEMORY)
