"""The page as a person has it: the real agent, over some documents of theirs, with a daemon whose model is a checksum.

    python -m tests.page_server [FOLDER...]     # prints an address, and another one for each line that is typed

In tests, `running(home)` gives a `PageServer`, whose `address()` opens the page once.
"""

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import httpx
from tests import light_daemon

from vectray.places import Places, find_places
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.programs import the_agent
from vectray_client.sdk.rendezvous import is_up

_PATIENCE_SECONDS = 30.0

DOCUMENTS: Mapping[str, str] = MappingProxyType(
    {
        "tides.md": "# Tides\n\nThe moon pulls the sea. The tide rises twice a day.\n\n## Spring tides\n\nSun and moon pull together.\n",
        "潮汐.md": "# 潮汐\n\n月亮吸引海水，潮水每天涨落两次。\n\n## 大潮\n\n太阳和月亮一起吸引海水。\n",
        "notes/volcano.txt": "Volcanoes are mountains that open downward to a pool of molten rock. 火山\n",
        "notes/long name that goes on and on until nobody reads it any more, of the year 2026.txt": "A name is a name.\n",
        "code/sort.py": 'def sort(items):\n    """Sort by merging."""\n    return sorted(items)\n',
        "<img src=x onerror=alert(1)>.txt": "<script>alert('text')</script> is text & nothing <b>else</b>. 😀 markup\n",
        "page.html": "<!doctype html><title>A page</title><h1>Harbour</h1><p>Boats wait for the tide.</p>",
    }
)
"""Names and texts: two languages, markup, code."""


class PageServer:
    """One person's agent, with its documents indexed. May be stopped and started again."""

    def __init__(self, home: Path, folder: Path) -> None:
        self.home = home
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What programs of this person find set; their home folder is theirs alone, with all that a desktop keeps in it."""
        own = {"VECTRAY_HOME": self.home, "HOME": self.person, "XDG_CONFIG_HOME": self.person / ".config"}
        return {**os.environ, **{name: str(place) for name, place in own.items()}}

    @property
    def person(self) -> Path:
        """The person's home folder."""
        return self.home / "person"

    @property
    def places(self) -> Places:
        """Where their Vectray keeps things."""
        return find_places(self.environment)

    def agent(self) -> Agent:
        """A connection to the agent; to be closed."""
        return Agent(self.places)

    def address(self, query: str = "", *, view: str = "") -> str:
        """An address that opens the page once, in two minutes at most: http://127.0.0.1:PORT/#code=CODE&q=QUERY&view=VIEW."""
        with self.agent() as agent:
            return agent.open_page(query, view=view).url

    def client(self) -> httpx.Client:
        """A client of the API that has a token; to be closed."""
        root, _, fragment = self.address().partition("/#code=")
        client = httpx.Client(base_url=root, timeout=30.0)
        token = httpx.post(f"{root}/session", json={"code": fragment}, timeout=30.0).json()["token"]
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    def start(self, **environment: str) -> None:
        """Start the agent, with more set for it than for other programs."""
        with (self.home / "agent.stderr").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "vectray_client", "agent"],
                env={**self.environment, **environment},
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        self.wait(lambda: is_up(the_agent(self.places)))

    def stop(self) -> None:
        """End the agent; the page goes with it."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(_PATIENCE_SECONDS)

    def wait_indexed(self, files: int) -> None:
        """Wait until so many documents can be found by words and by meaning."""
        with self.agent() as agent:

            def is_done() -> bool:
                state = agent.state()
                return state.files == files and not state.pending

            self.wait(is_done)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Look often, but not for ever."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while not condition():
            assert self._process is None or self._process.poll() is None, self.log()
            assert time.monotonic() < until, f"it never happened: {self.log()}"
            time.sleep(0.02)

    def log(self) -> str:
        """What the agent said on stderr."""
        return (self.home / "agent.stderr").read_text("utf-8")[-2000:]


def write_documents(folder: Path, documents: Mapping[str, str] = DOCUMENTS) -> None:
    """Make files of names and texts."""
    for name, text in documents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


@contextlib.contextmanager
def running(
    home: Path, documents: Mapping[str, str] = DOCUMENTS, *, folders: Sequence[Path] = (), **worker: object
) -> Iterator[PageServer]:
    """Run daemon and agent of `home`, with `documents` indexed, or else with `folders`; `worker` are options of the model (see `light_worker`)."""
    (home / "person").mkdir(parents=True, exist_ok=True)
    folder = home / "我的 documents"
    with light_daemon.running(home, **{"unit": 1, **worker}):
        server = PageServer(home, folder)
        server.start()
        try:
            if not folders:
                write_documents(folder, documents)
            with server.agent() as agent:
                for path in folders or (folder,):
                    agent.add_folder(str(path.resolve()))
            if not folders:
                server.wait_indexed(len(documents))
            yield server
        finally:
            server.stop()


def main(*folders: str) -> None:
    """Serve until the input ends."""
    with (
        tempfile.TemporaryDirectory() as home,
        running(Path(home), folders=[Path(folder) for folder in folders]) as server,
    ):
        sys.stdout.write(f"{server.address()}\n")
        sys.stdout.flush()
        for _ in sys.stdin:
            sys.stdout.write(f"{server.address()}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
