import contextlib
import json
from collections.abc import Iterator
from typing import Any

import httpx
from tests.vectray_client.web.conftest import Site

from vectray_client.sdk.agent import Agent


@contextlib.contextmanager
def states(site: Site) -> Iterator[Iterator[Any]]:
    """What a page that somebody has opened is told."""
    with (
        contextlib.closing(site.visitor()) as client,
        client.stream("GET", "/api/state", timeout=20) as answer,
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
        yield (json.loads(line) for line in answer.iter_lines() if line)


def test_the_first_line_is_the_whole_state(site: Site) -> None:
    """As the agent tells it; without a daemon, which nobody starts for that, there is none in it."""
    with states(site) as told:
        first = next(told)
    assert first.keys() == {"agent", "daemon"}
    assert first["daemon"] is None
    assert [folder["path"] for folder in first["agent"]["folders"]] == [str(site.folder)]
    assert not site.places.daemon_socket.exists()
    with Agent(site.places) as agent:
        assert first["agent"].keys() == {name for name in dir(agent.state()) if not name.startswith("_")}


def test_a_change_is_told(site: Site) -> None:
    """To every page that is open: more than the agent lets watch it, because they share one watcher."""
    with contextlib.ExitStack() as stack:
        pages = [stack.enter_context(states(site)) for _ in range(12)]
        for told in pages:
            next(told)
        site.pipeline.tell(activity="reading")
        for told in pages:
            assert any(state["agent"]["activity"] == "reading" for state in told)
    site.pipeline.tell(activity="")


def test_too_many_pages_are_refused(site: Site) -> None:
    """One more than there may be is told so, and the others go on."""
    with contextlib.ExitStack() as stack:
        told = [stack.enter_context(states(site)) for _ in range(24)]
        assert all(next(page) for page in told)
        with contextlib.closing(site.visitor()) as late:
            answer = late.get("/api/state")
        assert (answer.status_code, answer.json()["code"]) == (429, "OVERLOADED")


def test_a_stranger_is_told_nothing(stranger: httpx.Client) -> None:
    """The state is behind the token, like everything."""
    assert stranger.get("/api/state").status_code == 401
