from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.vectray_client.web.conftest import Site

from vectray_client.web.refusals import Refused
from vectray_client.web.sessions import CODE_SECONDS, Sessions


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def is_good(sessions: Sessions, code: str) -> bool:
    """Whether a code opens a session."""
    try:
        return bool(sessions.enter(code))
    except Refused:
        return False


def test_a_code_is_good_once() -> None:
    """The second who brings it is refused, and so is whoever brings another one."""
    sessions = Sessions()
    code, other = sessions.give_code(), sessions.give_code()
    assert is_good(sessions, code)
    assert not is_good(sessions, code)
    assert not is_good(sessions, code + "x")
    assert not is_good(sessions, "")
    assert not is_good(sessions, "\ud800")
    assert is_good(sessions, other)


def test_a_code_is_good_for_a_while() -> None:
    """At the end of its time, and not a moment after."""
    clock = Clock()
    sessions = Sessions(clock=clock)
    code, late = sessions.give_code(), sessions.give_code()
    clock.now = CODE_SECONDS
    assert is_good(sessions, code)
    clock.now = CODE_SECONDS + 0.001
    assert not is_good(sessions, late)


def test_one_of_many_gets_in_with_a_code() -> None:
    """Also if they come at once."""
    sessions = Sessions()
    for _ in range(20):
        code = sessions.give_code()
        with ThreadPoolExecutor(4) as threads:
            assert sum(threads.map(lambda code: is_good(sessions, code), [code] * 4)) == 1


def test_a_token_opens_its_own_session() -> None:
    """Several are open at once, each its own; anything that is not just a token opens none."""
    sessions = Sessions()
    tokens = [sessions.enter(sessions.give_code()) for _ in range(3)]
    found = [sessions.of(f"Bearer {token}") for token in tokens]
    assert len({id(session) for session in found}) == 3
    assert None not in found
    assert sessions.of(f"bearer  {tokens[0]}") is found[0]
    for wrong in (
        "",
        "Bearer",
        tokens[0],
        f"Basic {tokens[0]}",
        f"Bearer {tokens[0]}x",
        f"Bearer {tokens[0][:-1]}",
    ):
        assert sessions.of(wrong) is None


def test_what_is_remembered_is_bounded() -> None:
    """The newest codes, and the sessions that were used last."""
    sessions = Sessions()
    codes = [sessions.give_code() for _ in range(40)]
    assert not is_good(sessions, codes[0])
    used = f"Bearer {sessions.enter(codes[-1])}"
    idle = f"Bearer {sessions.enter(codes[-2])}"
    for _ in range(31):
        sessions.enter(sessions.give_code())
        assert sessions.of(used)
    assert sessions.of(idle) is None


def test_guessing_gets_slow() -> None:
    """After five wrong codes an answer takes time, until somebody comes with a good one; who has a good one never waits."""
    sessions = Sessions()
    for _ in range(5):
        assert not is_good(sessions, "guess")
        assert sessions.penalty_seconds() == 0
    assert not is_good(sessions, "guess")
    assert sessions.penalty_seconds() > 0
    assert is_good(sessions, sessions.give_code())
    assert sessions.penalty_seconds() == 0


def test_a_session_is_opened_over_the_wire(site: Site, stranger: httpx.Client) -> None:
    """The address's code is exchanged for a token once; a replay, a guess and nonsense are refused."""
    address = site.server.address("潮 & tides")
    assert address.url.startswith(f"{site.root}/#code=")
    assert (address.url.partition("&q=")[2], address.seconds) == ("%E6%BD%AE+%26+tides", 120)
    code = address.url.partition("#code=")[2].partition("&")[0]
    token = stranger.post("/session", json={"code": code}).json()["token"]
    assert stranger.get("/api/settings", headers={"authorization": f"Bearer {token}"}).status_code == 200
    for body, status in (({"code": code}, 403), ({"code": "guess"}, 403), ({"code": 1}, 400), ({}, 400)):
        answer = stranger.post("/session", json=body)
        assert answer.status_code == status
        assert code not in answer.text
    assert stranger.get("/session").status_code == 405


@pytest.mark.slow
def test_guessing_is_slow_over_the_wire(site: Site, stranger: httpx.Client) -> None:
    """The seventh guess is answered a second later than it could be."""
    for _ in range(6):
        stranger.post("/session", json={"code": "guess"})
    assert stranger.post("/session", json={"code": "guess"}).elapsed.total_seconds() >= 1
    code = site.server.address().url.partition("#code=")[2]
    assert stranger.post("/session", json={"code": code}).elapsed.total_seconds() < 1
