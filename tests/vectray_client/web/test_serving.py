import contextlib
import json
import threading
from pathlib import Path

import httpx
import pytest
from tests.vectray_client.web.conftest import open_site

from vectray.places import Places
from vectray_client.sdk.errors import AgentUnavailable
from vectray_client.web.serving import PageServer
from vectray_client.web.settings import Installation


def page_threads() -> int:
    """How many pages are served in this process."""
    return sum(thread.name == "page" for thread in threading.enumerate())


def test_it_ends_while_pages_are_open(tmp_path: Path) -> None:
    """Streams are ended and connections closed; its thread is gone, and its port is free for the next, which knows no token of before."""
    before = page_threads()
    with (
        open_site(tmp_path) as site,
        contextlib.closing(site.visitor()) as client,
        client.stream("GET", "/api/state") as answer,
    ):
        lines = answer.iter_lines()
        assert next(lines)
        site.server.close()
        assert not any(lines)
        assert page_threads() == before
        with pytest.raises(httpx.TransportError):
            client.get("/api/settings")
        installation = Installation(places=site.places, index_file="", home="/")
        with contextlib.closing(PageServer(installation, port=site.server.port)) as again:
            assert again.port == site.server.port
            assert client.get("/api/settings").status_code == 401


def test_a_survey_ends_with_the_page(tmp_path: Path) -> None:
    """Its last line says why in a sentence, and the stream is whole: nothing is cut, so that nothing has to be logged."""
    with (
        open_site(tmp_path) as site,
        contextlib.closing(site.visitor()) as client,
        client.stream("GET", "/api/survey", params={"path": "/"}) as answer,
    ):
        lines = answer.iter_lines()
        assert not json.loads(next(lines))["is_done"]
        site.server.close()
        *_, last = lines
        assert json.loads(last) == {"error": "The agent is about to end.", "code": "STOPPING"}


def test_without_an_agent_there_is_no_page(tmp_path: Path) -> None:
    """It says so, and leaves nothing behind."""
    before = page_threads()
    places = Places(config=tmp_path, data=tmp_path, runtime=tmp_path)
    with pytest.raises(AgentUnavailable):
        PageServer(Installation(places=places, index_file="", home="/"))
    assert page_threads() == before
