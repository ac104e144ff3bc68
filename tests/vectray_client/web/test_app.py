import contextlib
import socket
import threading
from pathlib import Path

import httpx
import pytest
from tests.vectray_client.web.conftest import MARKUP, Site

from vectray.places import Places
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.web.models import Models
from vectray_client.web.routes import make_routes
from vectray_client.web.settings import Installation
from vectray_client.web.state_feed import StateFeed
from vectray_client.web.surveying import Surveying

ROUTES = {
    "/session": {"POST"},
    "/api/search": {"GET"},
    "/api/similar": {"GET"},
    "/api/passages": {"GET"},
    "/api/map": {"GET"},
    "/api/state": {"GET"},
    "/api/open": {"POST"},
    "/api/folders": {"POST", "DELETE"},
    "/api/browse": {"GET"},
    "/api/suggestions": {"GET"},
    "/api/survey": {"GET"},
    "/api/recent": {"GET"},
    "/api/open-folder": {"POST"},
    "/api/preferences": {"GET", "POST"},
    "/api/autostart": {"GET", "POST"},
    "/api/diagnostics": {"GET"},
    "/api/pause": {"POST"},
    "/api/resume": {"POST"},
    "/api/rescan": {"POST"},
    "/api/problems": {"GET"},
    "/api/explain": {"POST"},
    "/api/forget": {"POST"},
    "/api/models": {"GET"},
    "/api/models/use": {"POST"},
    "/api/models/load": {"POST"},
    "/api/models/unload": {"POST"},
    "/api/settings": {"GET"},
}
NOWHERE = Places(config=Path("/nowhere"), data=Path("/nowhere"), runtime=Path("/nowhere"))
HIT_FIELDS = frozenset(
    {
        *("id", "path", "name", "folder", "name_highlights", "type", "title", "modified_ms", "passages"),
        *("heading", "page", "line", "cell", "start", "end", "text", "excerpt", "more", "copies"),
        *("score", "vector_score", "keyword_score", "rerank_score", "why", "matched_words"),
    }
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW")


def test_every_route_is_known_here() -> None:
    """What the tests below say of all routes, they say of all that there are."""
    routes = make_routes(
        AsyncAgent(NOWHERE),
        StateFeed(AsyncAgent(NOWHERE), NOWHERE),
        Models(AsyncAgent(NOWHERE), NOWHERE),
        Surveying(AsyncAgent(NOWHERE)),
        Installation(places=NOWHERE, index_file="", home="/"),
    )
    assert {path: {method for method, where in routes if where == path} for _, path in routes} == {
        path: methods for path, methods in ROUTES.items() if path != "/session"
    }


def test_methods_are_exact(page: httpx.Client) -> None:
    """What is not in the table is not done: no HEAD beside GET, no OPTIONS, nothing made up."""
    for path, known in ROUTES.items():
        for method in METHODS:
            if method not in known:
                answer = page.request(method, path, json={} if method not in ("GET", "HEAD") else None)
                assert answer.status_code == 405, (method, path)
    assert page.head("/").status_code == 405
    assert page.post("/", json={}).status_code == 405


def test_a_stranger_learns_nothing(stranger: httpx.Client) -> None:
    """Without a token no path below /api is there or not there, whatever the method and the body."""
    for path in (*ROUTES, "/api", "/api/", "/api/nothing", "/api/../session"):
        if path.startswith("/api") and ".." not in path:
            for method in METHODS:
                answer = stranger.request(method, path, json={"path": "/"})
                assert answer.status_code == 401, (method, path)


def test_a_page_finds_and_reads(page: httpx.Client) -> None:
    """Every field of the answer that pages rely on is there, and what is marked and scored is what the agent found."""
    answer = page.get("/api/search", params={"q": "tides", "more": "5", "top": "1"}).json()
    assert (answer["query"], answer["pending"], len(answer["hits"])) == ("tides", 0, 1)
    assert answer["milliseconds"] > 0
    (hit,) = answer["hits"]
    assert hit.keys() == HIT_FIELDS
    assert (hit["name"], hit["type"], hit["line"], hit["page"]) == (MARKUP, "markdown", 1, None)
    assert hit["path"] == f"{hit['folder']}/{hit['name']}"
    read = page.get("/api/passages", params={"id": hit["id"], "after": 1}).json()
    assert (read["first"], read["total"], [passage["is_asked"] for passage in read["passages"]]) == (
        0,
        2,
        [True, False],
    )


def test_recent_documents_are_shown_like_hits(page: httpx.Client, site: Site) -> None:
    """Under an id that opens them, and with the time of their last change; no more than were asked for."""
    recent = page.get("/api/recent", params={"most": 1}).json()["documents"]
    (document,) = recent
    assert document.keys() == {"id", "path", "name", "folder", "type", "title", "modified_ms"}
    assert document["folder"] == str(site.folder)
    assert page.get("/api/passages", params={"id": document["id"]}).json()["path"] == document["path"]
    assert page.get("/api/recent", params={"most": 0}).status_code == 400


def test_markup_is_text(page: httpx.Client) -> None:
    """Names and texts arrive as they are, in JSON that no browser takes for a page; the query comes back in the same way."""
    answer = page.get("/api/search", params={"q": "<b>tides</b>"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()["query"] == "<b>tides</b>"
    hit = next(hit for hit in answer.json()["hits"] if hit["name"] == MARKUP)
    assert hit["text"] == "<script>alert('text')</script> & tides 😀"


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"q": " "},
        {"q": "x", "top": "0"},
        {"q": "x", "top": "many"},
        {"q": "x", "type": "nonsense"},
        {"q": "x", "folder": "not/absolute"},
        {"q": "x", "since": "someday"},
        {"q": "x", "words": "maybe"},
    ],
)
def test_a_bad_question_gets_a_sentence(page: httpx.Client, words: dict[str, str]) -> None:
    """It says what is wrong, with a code for the page."""
    answer = page.get("/api/search", params=words)
    assert answer.status_code == 400
    assert answer.json().keys() == {"error", "code"}
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    "query",
    ['"', "(" * 500, "a AND OR NOT", "'; DROP TABLE files; --", "\0", "。，！", "%", "*", "潮" * 7_000],
)
def test_any_question_is_answered(page: httpx.Client, query: str) -> None:
    """Whatever somebody types: an answer, or one clear sentence."""
    assert page.get("/api/search", params={"q": query}).status_code in (200, 400)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b'{"seconds": "soon"}', 400),
        (b'{"seconds": -1}', 400),
        (b'{"seconds": 1e300}', 400),
        (b'{"seconds": true}', 400),
        (b"[" * 60_000, 400),
        (b" " * 65_537, 413),
        (b'{"seconds": 60}', 200),
    ],
)
def test_any_body_is_answered(page: httpx.Client, body: bytes, status: int) -> None:
    """Only JSON of a bearable size is read, and only what makes sense is done."""
    answer = page.post("/api/pause", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == status
    if status == 200:
        assert page.post("/api/resume", json={}).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/..\\app.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/",
        "/static",
        "/index.html",
        "/../../etc/passwd",
        "//etc/passwd",
        "/%2fetc%2fpasswd",
        "http://evil.example/",
        "*",
    ],
)
def test_no_path_leads_out(site: Site, path: str) -> None:
    """Only names of the page's own files are there, and nothing is looked for below anything else."""
    host = f"127.0.0.1:{site.server.port}"
    answer = site.raw(f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert answer.split(b" ")[1] in (b"404", b"400"), answer[:100]
    assert b"root:" not in answer


def test_a_refused_sender_is_not_heard_out(site: Site) -> None:
    """A short body is read to its end, so that the answer arrives; an endless one is cut off."""
    head = f"POST /api/pause HTTP/1.1\r\nHost: 127.0.0.1:{site.server.port}\r\nContent-Type: application/json\r\n"
    with site.connection() as connection:
        connection.sendall(f"{head}Content-Length: 2\r\n\r\n".encode() + b"{}")
        assert connection.recv(12) == b"HTTP/1.1 401"
    with site.connection() as connection:
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        with pytest.raises(ConnectionError):
            send_pieces(connection, 2000)


def send_pieces(connection: socket.socket, count: int) -> None:
    """Send so many pieces of a body, 64 KiB each."""
    for _ in range(count):
        connection.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")


def test_many_ask_at_once(site: Site) -> None:
    """The questions of all pages are answered."""
    statuses: list[int] = []

    def ask() -> None:
        with contextlib.closing(site.visitor()) as client:
            statuses.append(client.get("/api/search", params={"q": "tides"}).status_code)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 12
