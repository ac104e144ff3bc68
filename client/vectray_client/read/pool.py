"""Readers: processes that a file may hang, crash or bloat without harm to anything else."""

import os
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from vectray_client.domain import Document, Fault, Refusal
from vectray_client.read.confinement import bound_processor_time, confine
from vectray_client.read.filetypes import file_type_of
from vectray_client.read.lean_process import LeanContext
from vectray_client.read.options import ReadOptions
from vectray_client.read.refusals import CRASHED, UNKNOWN_TYPE, failed, out_of_memory

_MAX_FILES_PER_PROCESS = 200  # what leaks in a library ends with its process; a new one costs about a second
_OUT_OF_MEMORY = 77  # an exit status that nothing else uses
_MOST_ATTEMPTS = 3
_STRIKES = 2
_TICK_SECONDS = 0.25


class ReadersFailed(Fault):
    """Reader processes cannot be kept running; no file is to blame."""


class Readers:
    """A few reader processes behind one door. They start with the first file and end with the `with` block.

    To be used from any thread. Files wait their turn in the order of submission; hand in no more than a few ahead, since
    results are whole documents. Close it when there is nothing left to read: a reader holds the tokenizer, which is
    300 MB for multilingual-e5-small.
    """

    def __init__(self, options: ReadOptions, *, processes: int = 1) -> None:
        self._options = options
        self._out_of_memory = out_of_memory(options.memory_bytes)
        self._processes = processes
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reader")
        self._lock = Lock()
        self._closed = False
        self._pool = self._new_pool()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, path: str, *, size: int) -> "Future[Document | Refusal]":
        """Read the file at `path`, of `size` bytes, and never wait longer for it than `Limits.seconds_for(size)`.

        The future raises ReadersFailed if no reader can be started, TokenizerUnusable if the tokenizer cannot be loaded,
        and CancelledError if the readers are closed before the file's turn has ended.
        """
        if file_type_of(path) is None:
            answer: Future[Document | Refusal] = Future()
            answer.set_result(UNKNOWN_TYPE)
            return answer
        return self._threads.submit(self._read, path, self._options.limits.seconds_for(size))

    def close(self) -> None:
        """End all reader processes now, in the middle of whatever they read."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._pool.stop()  # type: ignore[no-untyped-call] # pebble types most of its calls only
                self._pool.join()
        self._threads.shutdown(cancel_futures=True)

    def _read(self, path: str, seconds: float) -> Document | Refusal:
        strikes = 0
        for _ in range(_MOST_ATTEMPTS):
            # A reader that died between two files takes the pool with it; this file had no part in that.
            try:
                return self._read_once(path, seconds)
            except BrokenProcessPool:
                continue
            except TimeoutError:
                return failed(f"reading it took longer than {seconds:.3g} s")
            except ProcessExpired as death:
                if death.exitcode == _OUT_OF_MEMORY:
                    return self._out_of_memory
                # One death may be anybody's doing; a second one over the same file is the file's.
                strikes += 1
                if strikes == _STRIKES:
                    return CRASHED
        raise ReadersFailed("The processes that read files end as soon as they are started.")

    def _read_once(self, path: str, seconds: float) -> Document | Refusal:
        pool = self._working_pool()
        try:
            future = pool.schedule(_read_in_process, args=(path, self._options), timeout=seconds)
        except RuntimeError as error:
            raise BrokenProcessPool from error
        # A pool that breaks or is stopped forgets the files that it has not begun.
        while pool.active and not wait([future], timeout=_TICK_SECONDS).done:
            pass
        if not future.done():
            raise CancelledError if self._closed else BrokenProcessPool
        return future.result()

    def _working_pool(self) -> ProcessPool:
        """The pool, started by the first call and replaced if it is broken."""
        with self._lock:
            if self._closed:
                raise CancelledError
            if not self._pool.active:
                self._pool.join()
                self._pool = self._new_pool()
            return self._pool

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._processes,
            max_tasks=_MAX_FILES_PER_PROCESS,
            initializer=_initialise_process,
            initargs=(self._options,),
            context=LeanContext(),
        )


def _initialise_process(options: ReadOptions) -> None:
    from vectray_client.read.tokens import load_counter  # noqa: PLC0415 - see _read_in_process

    confine(memory_bytes=options.memory_bytes)
    # Loaded before the first file's clock starts. What goes wrong is raised again by its reading, where somebody listens.
    with suppress(Exception):
        load_counter(options.tokenizer_path)


def _read_in_process(path: str, options: ReadOptions) -> Document | Refusal:
    # Imported where it runs: the libraries that parse files have no business in the process that owns the readers.
    from vectray_client.read.reader import read  # noqa: PLC0415

    bound_processor_time(seconds=options.limits.max_seconds)
    try:
        return read(path, options)
    except MemoryError:
        # What is left of the memory would be too little for the next file.
        os._exit(_OUT_OF_MEMORY)
