"""The real agent for benchmarks: a process of its own, with the light daemon behind it whose model is a checksum, or with the real one."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
from tests import light_daemon

from vectray.places import Places, find_places
from vectray.v1 import index_pb2 as pb
from vectray.v1 import index_pb2_grpc as rpc
from vectray_client.sdk.rendezvous import is_listening

_START_SECONDS = 30.0
_LOOK_SECONDS = 0.02


class Agent:
    """The agent of one home, which may be killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def places(self) -> Places:
        """Where it keeps things."""
        return find_places({"VECTRAY_HOME": str(self.home)})

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> float:
        """Start it; return the seconds until it answered."""
        began = time.perf_counter()
        with (self.home / "agent.stderr").open("ab") as complaints:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "vectray_client", "agent"],
                env={**os.environ, "VECTRAY_HOME": str(self.home)},
                stdout=subprocess.DEVNULL,
                stderr=complaints,
            )
        self._said: pb.IndexServiceWatchResponse | None = None
        self.wait(self._listens, seconds=_START_SECONDS)
        self._channel = grpc.insecure_channel(f"unix:{self.places.agent_socket}")
        self.calls = rpc.IndexServiceStub(self._channel)
        threading.Thread(target=self._hear, args=(self.calls,), daemon=True).start()
        self.wait(lambda: self._said is not None, seconds=_START_SECONDS)
        return time.perf_counter() - began

    def add(self, folder: Path) -> None:
        """Have a folder indexed."""
        self.calls.AddFolder(pb.AddFolderRequest(path=str(folder)), timeout=60)

    def kill(self) -> None:
        """End it without a chance to do anything."""
        assert self._process is not None
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Ask it to end."""
        assert self._process is not None
        self._channel.close()
        self._process.terminate()
        self._process.wait(timeout=30)

    def state(self) -> pb.IndexServiceWatchResponse:
        """What it last said of itself."""
        assert self._said is not None
        return self._said

    def wait(self, condition: Callable[[], bool], *, seconds: float = 600.0) -> float:
        """Wait until a condition holds; return how long that took."""
        began = time.perf_counter()
        while not condition():
            if time.perf_counter() - began > seconds:
                raise TimeoutError(f"not within {seconds:.0f} s; the agent says: {self._said}")
            time.sleep(_LOOK_SECONDS)
        return time.perf_counter() - began

    def wait_files(self, count: int, *, seconds: float = 600.0) -> float:
        """Wait until so many files are indexed and none waits; return how long that took."""

        def is_done() -> bool:
            state = self.state()
            return state.files == count and state.pending == 0

        return self.wait(is_done, seconds=seconds)

    def finds(self, word: str) -> set[str]:
        """The paths that a search for a word gives."""
        return {hit.path for hit in self.search(word).hits}

    def search(self, query: str, *, top: int = 1000, wait_ms: int = 0) -> pb.SearchResponse:
        """Ask it."""
        request = pb.SearchRequest(query=query, top=top, freshness_wait_ms=wait_ms)
        return self.calls.Search(request, timeout=60)

    def cpu_seconds(self) -> float:
        """What its process has used of the processor, its children not counted."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_bytes(self) -> int:
        """The memory of its process."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def command(self, *words: str) -> object:
        """Run a command of the same home with --json; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "vectray_client", *words, "--json"],
            env={**os.environ, "VECTRAY_HOME": str(self.home)},
            capture_output=True,
            check=False,
            timeout=600,
        )
        return json.loads(done.stdout) if done.stdout.strip() else done.stderr.decode()

    def _listens(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise RuntimeError(f"the agent ended: {(self.home / 'agent.stderr').read_text()[-2000:]}")
        return is_listening(self.places.agent_socket)

    def _hear(self, calls: rpc.IndexServiceStub) -> None:
        with contextlib.suppress(grpc.RpcError, ValueError):  # killed, or its channel closed
            for said in calls.Watch(pb.IndexServiceWatchRequest()):
                self._said = said


@contextmanager
def counting_agent(home: Path, *, dimensions: int = 8, **worker: object) -> Iterator[Agent]:
    """An agent whose model is a checksum that takes no time; `embedded` of its state counts the passages that were sent to it."""
    home.mkdir(parents=True, exist_ok=True)
    with light_daemon.running(home, dimensions=dimensions, unit=1, **worker):
        agent = Agent(home)
        agent.start()
        try:
            yield agent
        finally:
            agent.kill()
