"""Runs `icon_program`, and follows what it tells."""

import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import pytest

_PATIENCE_SECONDS = 20.0
_SYSTEMS_GI = Path("/usr/lib/python3/dist-packages/gi")
"""Debian's own GTK for Python: there is no wheel of it."""


class IconProcess:
    """An icon in a process of its own, shown in one way only or in the best. Use as a context manager.

    A test is skipped where that way does not work.
    """

    def __init__(self, environment: Mapping[str, str], *, folder: Path, way: str = "") -> None:
        self._told: list[str] = []
        self._news = threading.Condition()
        if _SYSTEMS_GI.is_dir():  # and nothing else of the system's
            (folder / "gi").symlink_to(_SYSTEMS_GI)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.vectray_client.desktop.icon_program", *([way] if way else [])],
            env={**environment, "PYTHONPATH": ":".join((*sys.path, str(folder)))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        threading.Thread(target=self._follow, args=(self._process.stdout,)).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()

    @property
    def told(self) -> list[str]:
        """All lines up to now."""
        with self._news:
            return list(self._told)

    def wait_told(self, line: str, *, times: int = 1) -> None:
        """Wait until it has told this so often."""
        with self._news:
            told = self._news.wait_for(lambda: self._told.count(line) >= times, _PATIENCE_SECONDS)
            assert told, f"{line!r} is not among {self._told}"

    def wait_ready(self) -> None:
        """Wait until it shows an icon."""
        with self._news:
            assert self._news.wait_for(lambda: {"ready", "way none"} & set(self._told), _PATIENCE_SECONDS)
            if "way none" in self._told:
                pytest.skip(self._told[0])

    def show(self, line: str) -> None:
        """Have it show something: `paused Paused for 2 h`."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def quit(self) -> int:
        """Have it end, and return its status."""
        self.show("quit")
        return self._process.wait(_PATIENCE_SECONDS)

    def _follow(self, lines: IO[str]) -> None:
        with lines:
            for line in lines:
                with self._news:
                    self._told.append(line.rstrip())
                    self._news.notify_all()
