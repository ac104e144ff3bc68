"""A spawned process that starts from nothing but what it is given to run.

`multiprocessing` runs the parent's main module again in every child that it spawns. A reader would then load the whole
program around it, and a script without `if __name__ == "__main__":` would start itself over and over.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnContext, SpawnProcess
from threading import Lock
from types import ModuleType

_ONE_AT_A_TIME = Lock()


class LeanProcess(SpawnProcess):
    """Does not import the parent's main module, sees no Ctrl-C at the parent's terminal, and says nothing there."""

    def start(self) -> None:
        """Start the process; from one thread at a time, because what is hidden is hidden for all of them."""
        with _ONE_AT_A_TIME, _main_hidden(), _interrupt_blocked():
            super().start()

    def __reduce__(self) -> tuple[object, ...]:
        # Unpickled from left to right: the child is silent before anything else of it can fail.
        return _rebuilt, (_Silence(), type(self), self.__dict__)


class _Silence:
    """Silences the process that unpickles it."""

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return _silence, ()


def _silence() -> None:
    """What a library prints about a damaged file may quote it, and would stand in the middle of somebody's output."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _rebuilt(_: None, kind: type[LeanProcess], state: dict[str, object]) -> LeanProcess:
    process = kind.__new__(kind)
    process.__dict__.update(state)
    return process


class LeanContext(SpawnContext):
    """What pools of lean processes are made with."""

    Process = LeanProcess


@contextmanager
def _main_hidden() -> Iterator[None]:
    # What a child imports is taken from the name and the file of this entry; an empty module has neither.
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _interrupt_blocked() -> Iterator[None]:
    """A child inherits what its parent blocks; without this, one that is still starting dies of the Ctrl-C, loudly."""
    if sys.platform == "win32":
        yield
        return
    # Its helper process is started with the first child, and unblocks the signal when it is: not in between, then.
    resource_tracker.ensure_running()
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
