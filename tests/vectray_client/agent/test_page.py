import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from tests.vectray_client.agent.conftest import Served

from vectray_client.agent.asked import Unanswerable
from vectray_client.agent.page import VIEWS, Page
from vectray_client.domain import Fault
from vectray_client.web.settings import Installation


def page_of(served: Served) -> Page:
    """The page of an agent."""
    return Page(Installation(places=served.places, index_file="", home="/"))


def port_of(page: Page) -> int:
    """Where it is served once somebody opens it."""
    port = httpx.URL(page.open("").url).port
    assert port
    return port


def test_it_is_served_once_it_is_opened(served: Served) -> None:
    """Not before; then on one port however often it is opened, until the agent ends."""
    with closing(page_of(served)) as page:
        assert not (served.places.runtime / "page.port").exists()
        port = port_of(page)
        assert port == port_of(page)
        assert httpx.get(f"http://127.0.0.1:{port}/api/settings").status_code == 401
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/")
    with pytest.raises(Fault, match="about to end"):
        page.open("")


def test_the_next_agent_serves_it_at_the_same_place(served: Served) -> None:
    """Where a page that is still open looks for it; if that port is taken, or what was remembered is damaged, at another one."""
    with closing(page_of(served)) as first:
        port = port_of(first)
        with closing(page_of(served)) as beside:
            assert port_of(beside) != port
    remembered = served.places.runtime / "page.port"
    remembered.write_text(str(port), "ascii")
    with closing(page_of(served)) as again:
        assert port_of(again) == port
    assert remembered.stat().st_mode & 0o777 == 0o600
    remembered.write_bytes(b"\xff")
    with closing(page_of(served)) as anew:
        assert port_of(anew)


def test_a_long_query_is_refused(served: Served) -> None:
    """An address would not hold it; nothing is begun for it."""
    with closing(page_of(served)) as page:
        with pytest.raises(Unanswerable):
            page.open("x" * 2001)
        assert not (served.places.runtime / "page.port").exists()


def test_it_opens_at_the_views_that_there_are(served: Served) -> None:
    """The address names the view beside the query; another one is refused with those that it has, and nothing is begun for it."""
    with closing(page_of(served)) as page:
        with pytest.raises(Unanswerable, match=r"^The page has no view 'attic'; it has search, map, folders"):
            page.open("", "attic")
        assert not (served.places.runtime / "page.port").exists()
        for view in VIEWS:
            fragment = parse_qs(urlsplit(page.open("雨 & sun", view).url).fragment)
            assert (fragment["view"], fragment["q"], len(fragment["code"])) == ([view], ["雨 & sun"], 1)
        assert "view" not in page.open("").url


def test_an_agent_without_visitors_has_no_web_server() -> None:
    """Nothing of it is imported with the agent."""
    script = "import sys, vectray_client.agent.running; print([name for name in ('uvicorn', 'starlette', 'h11') if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "[]"
