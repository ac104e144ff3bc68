"""One user with real programs: a home of their own, in a path with a space and Chinese, and the commands as they type them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests import light_daemon

from vectray.places import Places, find_places


@dataclass(frozen=True, slots=True)
class User:
    """Somebody at a terminal."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        """What their shell has set."""
        return {**os.environ, "VECTRAY_HOME": str(self.home)}

    @property
    def places(self) -> Places:
        """Where their Vectray keeps things."""
        return find_places(self.environment)

    def vectray(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "vectray_client", *words],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Run a command beside this program; it has a process group of its own, as in a shell."""
        return subprocess.Popen(
            [sys.executable, "-m", "vectray_client", *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def configure(self, text: str) -> None:
        """Write their `config.toml`."""
        self.places.config.mkdir(parents=True, exist_ok=True)
        self.places.config_file.write_text(text, "utf-8")

    def json(self, *words: str, status: int = 0) -> Any:  # noqa: ANN401 - whatever the command prints
        """Run a command with --json; return its document."""
        done = self.vectray(*words, "--json")
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)

    def daemon_pid(self) -> int:
        """The process id of their daemon."""
        return int(self.places.daemon_pid.read_text("ascii"))


@pytest.fixture(scope="session")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """The user that most tests share, because a daemon takes seconds to load its model: the small one."""
    user = User(tmp_path_factory.mktemp("家 home"))
    user.configure('[client]\nmodel = "all-MiniLM-L6-v2"\n')
    yield user
    user.vectray("stop")


@pytest.fixture(scope="session")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """A user whose model is a checksum: for what is the commands' own, and no model's."""
    user = User(tmp_path_factory.mktemp("light"))
    with light_daemon.running(user.home):
        yield user


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[User]:
    """A user who has never run anything."""
    user = User(tmp_path / "new home")
    yield user
    if user.places.daemon_pid.exists():
        user.vectray("stop")


@pytest.fixture
def sdk(everybody: User, monkeypatch: pytest.MonkeyPatch) -> User:
    """The shared user, and this process as one of their programs."""
    monkeypatch.setenv("VECTRAY_HOME", str(everybody.home))
    return everybody
