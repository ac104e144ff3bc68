"""Readers: processes that a file may hang, crash or bloat without harm to anything else."""

from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import Self

from vectray_client.domain import Document, Fault, Refusal
from vectray_client.read.options import ReadOptions
from vectray_client.read.reader_process import NotStarted, ReaderDied, ReaderProcess, Task
from vectray_client.read.refusals import poison

__all__ = ["Readers", "ReadersFailed", "Task"]

# What leaks in a library ends with its process; a new one costs a second of a processor for the tokenizer.
_MAX_FILES_PER_PROCESS = 10_000
_MOST_STARTS = 3
_STRIKES = 2


class ReadersFailed(Fault):
    """Reader processes cannot be kept running; no file is to blame."""


class Readers:
    """A few reader processes behind one door. They start with the first file and end with the `with` block.

    To be used from any thread. Batches wait their turn in the order of submission; hand in no more than a few ahead, since
    results are whole documents. Close it when there is nothing left to read: a reader holds the tokenizer, which is
    300 MB for multilingual-e5-small.
    """

    def __init__(self, options: ReadOptions, *, processes: int = 1) -> None:
        self._options = options
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="reader")
        self._lock = Lock()
        self._is_closed = False
        self._free: list[ReaderProcess] = []
        self._lent: set[ReaderProcess] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def submit(self, batch: Sequence[Task]) -> "Future[list[Document | Refusal]]":
        """Read some files, one after the other in one process; none costs more than `Limits.seconds_for` its size.

        The future has an answer for each, in order. A file over which two readers died is refused as poison; what was
        read before it in the batch stands, and what comes after it is read by another process.

        The future raises ReadersFailed if no reader can be started, TokenizerUnusable if the tokenizer cannot be loaded,
        and CancelledError if the readers are closed before the batch's turn has ended.
        """
        return self._threads.submit(self._read, tuple(batch))

    def close(self) -> None:
        """End all reader processes now, in the middle of whatever they read."""
        with self._lock:
            self._is_closed = True
            for reader in self._lent:
                reader.kill()
        self._threads.shutdown(cancel_futures=True)
        while self._free:
            self._free.pop().wait_ended()

    def _read(self, batch: Sequence[Task]) -> list[Document | Refusal]:
        answers: list[Document | Refusal] = []
        starts = strikes = 0
        while len(answers) < len(batch):
            try:
                with self._reader() as reader:
                    for answer in reader.read(batch[len(answers) :]):
                        answers.append(answer)
                        starts = strikes = 0
            except NotStarted as death:
                starts += 1
                if starts == _MOST_STARTS:
                    raise ReadersFailed(
                        "The processes that read files end as soon as they are started."
                    ) from death
            except ReaderDied as death:
                # One death may be anybody's doing; a second one over the same file is the file's.
                strikes += 1
                if strikes == _STRIKES:
                    answers.append(poison(str(death)))
                    strikes = 0
        return answers

    @contextmanager
    def _reader(self) -> Iterator[ReaderProcess]:
        """A process of one's own for a while; it is ended if anything goes wrong."""
        reader = self._lend()
        try:
            yield reader
        except BaseException:
            self._retire(reader)
            raise
        if (
            reader.files >= _MAX_FILES_PER_PROCESS
            or reader.used().memory_bytes > self._options.memory_bytes // 2
        ):
            self._retire(reader)
        else:
            self._give_back(reader)

    def _lend(self) -> ReaderProcess:
        with self._lock:
            if self._is_closed:
                raise CancelledError
            reader = self._free.pop() if self._free else ReaderProcess(self._options)
            self._lent.add(reader)
            return reader

    def _give_back(self, reader: ReaderProcess) -> None:
        with self._lock:
            self._lent.discard(reader)
            self._free.append(reader)

    def _retire(self, reader: ReaderProcess) -> None:
        with self._lock:
            self._lent.discard(reader)
        reader.wait_ended()
