"""A daemon whose life is hard: killed, its workers killed, its connections cut, while somebody streams texts through it."""

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self

import psutil
from tests import light_daemon
from tests.cutting_proxy import CuttingProxy

from vectray.places import Places, make_private

KINDS = ("daemon", "worker", "cut")
_TEXT_SECONDS = 0.0005
_ANSWERS_BETWEEN = 300
"""Between two disturbances, so that no text is near two dying workers and taken for the cause."""
_LONGEST_WAIT_SECONDS = 60.0


class HardLife:
    """The light daemon behind a proxy, and a thread that disturbs it so many times at random moments."""

    def __init__(self, folder: Path, kinds: Sequence[str], *, seed: int) -> None:
        self._home = folder / "d"
        self._kinds = kinds
        self._chance = random.Random(seed)  # noqa: S311 - chance, not secrets
        self._life = contextlib.ExitStack()
        self._answers = 0
        self._failure: BaseException | None = None
        self.is_over = threading.Event()
        self.places = Places(config=folder, data=folder, runtime=make_private(folder / "p"))
        """Where clients find it: the proxy's."""
        self._proxy = CuttingProxy(self.places.daemon_socket, light_daemon.places(self._home).daemon_socket)

    def __enter__(self) -> Self:
        self._begin_life()
        self._proxy.__enter__()
        self._thread = threading.Thread(target=self._disturb)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._kinds = ()
        self._answers += 10**9
        self._thread.join()
        self._proxy.__exit__()
        self._life.close()
        if self._failure:
            raise self._failure

    def texts(self, at_least: int) -> Iterator[tuple[int, str]]:
        """Texts with ids, until all disturbances are over and there were `at_least` so many."""
        number = 0
        while number < at_least or not self.is_over.is_set():
            yield number, f"text {number}"
            number += 1

    def note_answer(self) -> None:
        """Say that an answer came: disturbances wait for some."""
        self._answers += 1

    def _begin_life(self) -> None:
        self._process = self._life.enter_context(
            light_daemon.running(self._home, dimensions=8, text_seconds=_TEXT_SECONDS)
        )

    def _disturb(self) -> None:
        try:
            for kind in self._kinds:
                self._wait_answers()
                time.sleep(self._chance.random() * 0.1)
                self._apply(kind)
            self._wait_answers()
        except BaseException as failure:  # noqa: BLE001 - told at the end
            self._failure = failure
        finally:
            self.is_over.set()

    def _wait_answers(self) -> None:
        enough, until = self._answers + _ANSWERS_BETWEEN, time.monotonic() + _LONGEST_WAIT_SECONDS
        while self._answers < enough:
            if time.monotonic() > until:
                raise TimeoutError("the stream stands still")
            time.sleep(0.002)

    def _apply(self, kind: str) -> None:
        if kind == "cut":
            self._proxy.cut()
        elif kind == "worker":
            for worker in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    worker.kill()
        else:
            os.kill(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._life.close()
            self._begin_life()
