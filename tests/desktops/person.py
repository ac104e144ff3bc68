"""Somebody with a tray: the real tray and agent, over a daemon whose model is a checksum. What their browser is asked for is noted."""

import contextlib
import html
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import light_daemon
from tests.desktops.desktop import end

from vectray.places import Places, find_places
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.programs import the_agent
from vectray_client.sdk.rendezvous import is_up

_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.02

_PROGRAM = """#!/bin/sh
case "$1" in file://*) cat "${1#file://}" ;; *) echo "url=$1\\"" ;; esac >> "$0.asked"
"""
"""Notes what it was asked to open: a path, an address, or what the page says that leads on to one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Their home and their session. Made by `somebody`."""

    home: Path
    session: Mapping[str, str]
    """What their desktop has set."""
    started: list[subprocess.Popen[str]] = field(default_factory=list)
    """The programs that were started, the last one last."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What their programs find set."""
        return {
            "LANG": "C.UTF-8",
            **self.session,
            "VECTRAY_HOME": str(self.home),
            "BROWSER": str(self.home / "bin" / "browser"),
            "PATH": f"{self.home / 'bin'}{os.pathsep}{self.session['PATH']}",
        }

    @property
    def places(self) -> Places:
        """Where their Vectray keeps things."""
        return find_places(self.environment)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            self._command(words),
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )

    def start(self, *words: str, through: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Start a command, by a program that runs others if one is given; it ends with the block. What it says goes into `HOME/said`."""
        with (self.home / "said").open("ab") as said:
            command = [*through, *self._command(words)]
            process = subprocess.Popen(command, env=self.environment, stdout=said, stderr=said, text=True)
        self.started.append(process)
        return process

    def start_agent(self, *, through: Sequence[str] = ()) -> subprocess.Popen[str]:
        """Start their agent, and wait until it answers; the tray would start it as well."""
        process = self.start("agent", through=through)
        wait_until(self.is_agent_up)
        return process

    def is_agent_up(self) -> bool:
        """Whether their agent takes connections."""
        return is_up(the_agent(self.places))

    def agent(self) -> Agent:
        """A connection to their agent; to be closed."""
        return Agent(self.places)

    def agent_pid(self) -> int:
        """The process id of their agent."""
        return int(the_agent(self.places).pid.read_text("ascii"))

    def asked(self, program: str = "browser") -> list[str]:
        """What their browser was asked to open, or `xdg-open`, in order."""
        notes = self.home / "bin" / f"{program}.asked"
        text = notes.read_text("utf-8") if notes.exists() else ""
        return [html.unescape(address) for address in re.findall(r'url=([^"]+)"', text)]

    def _command(self, words: Sequence[str]) -> list[str]:
        return [sys.executable, "-m", "vectray_client", *words]


@contextlib.contextmanager
def somebody(home: Path, session: Mapping[str, str], **daemon: object) -> Iterator[Person]:
    """Somebody whose daemon runs; `daemon` are options of its worker. What they have started ends with the block."""
    programs = home / "bin"
    programs.mkdir(parents=True)
    for name in ("browser", "xdg-open"):
        (programs / name).write_text(_PROGRAM, "ascii")
        (programs / name).chmod(0o700)
    person = Person(home=home, session=session)
    with light_daemon.running(home, **{"unit": 1, **daemon}):
        try:
            yield person
        finally:
            for process in reversed(person.started):
                end(process)
            person.run("stop")  # what the tray has started


def quiet_session(bus_address: str, **more: str) -> dict[str, str]:
    """Return what is set in a session without a screen, on this bus."""
    kept = {name: value for name, value in os.environ.items() if name not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    return kept | {"DBUS_SESSION_BUS_ADDRESS": bus_address} | more


def wait_until(condition: Callable[[], bool]) -> None:
    """Look often, but not for ever."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(_LOOK_SECONDS)
