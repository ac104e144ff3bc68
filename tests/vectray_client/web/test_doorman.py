import itertools

import httpx
import pytest
from starlette.datastructures import Headers
from tests.vectray_client.web.conftest import Site

from vectray_client.web.doorman import HEADERS, check_sender
from vectray_client.web.refusals import Refused

PORT = 5000
HOSTS = {
    "127.0.0.1:5000": True,
    "localhost:5000": True,
    "LOCALHOST:5000": True,
    "127.0.0.1": False,
    "127.0.0.1:5001": False,
    "127.0.0.1:5000.evil.example": False,
    "evil.example:5000": False,
    "[::1]:5000": False,
    "0.0.0.0:5000": False,
    "": False,
    None: False,
}
ORIGINS = {
    None: True,
    "own": True,
    "null": False,
    "": False,
    "https://evil.example": False,
    "http://127.0.0.1:5001": False,
    "http://127.0.0.1:5000.evil.example": False,
    "file://": False,
}
SITES = {None: True, "same-origin": True, "none": True, "same-site": False, "cross-site": False, "": False}
KINDS = {
    "application/json": True,
    "Application/JSON; charset=utf-8": True,
    "text/plain": False,
    "application/x-www-form-urlencoded": False,
    "multipart/form-data; boundary=x": False,
    None: False,
}
METHODS = ("GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS")


def outcome(method: str, path: str, headers: dict[str, str | None]) -> int:
    """The status that a request is refused with, 0 if it is let in."""
    given = Headers({name: value for name, value in headers.items() if value is not None})
    try:
        check_sender(method, path, given, port=PORT)
    except Refused as refused:
        return refused.status
    return 0


def test_every_header_by_itself_keeps_a_request_out() -> None:
    """All combinations of host, origin, site, method and type: let in where each is right, else refused for the first that is not."""
    for host, origin, site, method, kind in itertools.product(HOSTS, ORIGINS, SITES, METHODS, KINDS):
        headers = {
            "host": host,
            "origin": f"http://{host}" if origin == "own" else origin,
            "sec-fetch-site": site,
            "content-type": kind,
        }
        expected = 0
        if not HOSTS[host]:
            expected = 421
        elif not ORIGINS[origin] or not SITES[site]:
            expected = 403
        elif method not in ("GET", "HEAD") and not KINDS[kind]:
            expected = 415
        assert outcome(method, "/api/search", headers) == expected, (headers, method)


def test_localhost_and_its_number_are_two_origins() -> None:
    """A page of the one may not ask the other, though both lead here."""
    headers = {"host": "localhost:5000", "origin": "http://127.0.0.1:5000"}
    assert outcome("GET", "/api/search", headers) == 403


def test_a_link_may_lead_to_the_page_and_to_nothing_else() -> None:
    """From another place a browser may come to the page itself, as a person does; not for anything below, nor as part of another page."""
    link = {
        "host": "127.0.0.1:5000",
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "navigate",
        "sec-fetch-dest": "document",
    }
    assert outcome("GET", "/", link) == 0
    assert outcome("GET", "/api/search", link) == 403
    assert outcome("GET", "/static/main.js", link) == 403
    assert outcome("POST", "/", link) == 403
    assert outcome("GET", "/", {**link, "sec-fetch-dest": "iframe"}) == 403
    assert outcome("GET", "/", {**link, "sec-fetch-mode": "no-cors"}) == 403


def test_what_may_unfold_is_not_read() -> None:
    """A compressed body is refused."""
    headers = {"host": "127.0.0.1:5000", "content-type": "application/json", "content-encoding": "gzip"}
    assert outcome("POST", "/api/pause", headers) == 415


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 200, None),
        ({"host": "evil.example"}, 421, "WRONG_HOST"),
        ({"host": "127.0.0.1:1"}, 421, "WRONG_HOST"),
        ({"origin": "null"}, 403, "WRONG_ORIGIN"),
        ({"origin": "https://evil.example"}, 403, "WRONG_ORIGIN"),
        ({"sec-fetch-site": "cross-site"}, 403, "WRONG_SITE"),
        ({"sec-fetch-site": "same-site"}, 403, "WRONG_SITE"),
        ({"authorization": ""}, 401, "NO_SESSION"),
        ({"authorization": "Bearer wrong"}, 401, "NO_SESSION"),
        ({"authorization": "Bearer ü"}, 401, "NO_SESSION"),
        ({"authorization": "Basic dXNlcjp3b3Jk"}, 401, "NO_SESSION"),
    ],
)
def test_who_may_come_in(page: httpx.Client, headers: dict[str, str], status: int, code: str | None) -> None:
    """Over the wire: one thing that is wrong is enough, and the answer says which, in JSON that another page may not read."""
    encoded = {name: value.encode() for name, value in headers.items()}
    answer = page.get("/api/settings", headers=encoded)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert not any(name.startswith("access-control") for name in answer.headers)


def test_the_tokens_owner_may_use_either_name(site: Site, page: httpx.Client) -> None:
    """127.0.0.1 and localhost, each with its own origin."""
    for name in ("127.0.0.1", "localhost"):
        host = f"{name}:{site.server.port}"
        answer = page.get(
            "/api/settings",
            headers={"host": host, "origin": f"http://{host}", "sec-fetch-site": "same-origin"},
        )
        assert answer.status_code == 200


def test_two_tokens_are_none(site: Site, page: httpx.Client) -> None:
    """Two Authorization headers, or two hosts, are no request of a browser."""
    token, host = page.headers["authorization"], f"127.0.0.1:{site.server.port}"
    head = f"GET /api/settings HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n"
    assert site.raw(f"{head}\r\n".encode()).startswith(b"HTTP/1.1 200")
    assert site.raw(f"{head}Authorization: Bearer x\r\n\r\n".encode()).startswith(b"HTTP/1.1 401")
    assert site.raw(f"{head}Host: {host}\r\n\r\n".encode()).startswith(b"HTTP/1.1 4")
    assert site.raw(b"GET /api/settings HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 4")
    assert site.raw(b"GET /api/settings HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 421")


def test_every_answer_keeps_the_page_apart(page: httpx.Client, stranger: httpx.Client) -> None:
    """Answers of all kinds carry the headers that let nothing in and nothing out; secrets are stored nowhere."""
    answers = [
        page.get("/api/settings"),
        page.get("/api/search"),
        page.get("/api/nothing"),
        page.put("/api/settings", json={}),
        stranger.get("/nothing"),
        stranger.get("/api/settings"),
        stranger.get("/", headers={"host": "evil.example"}),
        stranger.post("/session", json={"code": "x"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 400, 404, 405, 404, 401, 421, 403]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert answer.headers["cache-control"] == "no-store"
    assert answers[5].headers["www-authenticate"] == "Bearer"
    assert "unsafe" not in HEADERS["Content-Security-Policy"]
