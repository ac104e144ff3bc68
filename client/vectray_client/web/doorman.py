"""Who may send requests to the page's server. Any web page can, from the user's own browser, and so can other users of this machine;
nothing here trusts that a request which reaches a loopback port comes from the page.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders

from vectray_client.web.refusals import Refused
from vectray_client.web.sessions import Session, Sessions

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self';"
    " form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Of every answer. `Cache-Control` is each answer's own."""
_READING = frozenset({"GET", "HEAD"})


def check_sender(method: str, path: str, headers: Headers, *, port: int) -> None:
    """Refuse what does not come from our own page, as far as a browser tells. Pure.

    Raises:
        Refused: it comes from elsewhere, or is no JSON.

    """
    hosts = headers.getlist("host")
    # A page whose own name was made to lead here (DNS rebinding) still says that name.
    if len(hosts) != 1 or hosts[0].casefold() not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        raise Refused("This server is not known by that name.", status=421, code="WRONG_HOST")
    if any(origin.casefold() != f"http://{hosts[0].casefold()}" for origin in headers.getlist("origin")):
        raise Refused("Requests of other pages are not taken.", status=403, code="WRONG_ORIGIN")
    if not set(headers.getlist("sec-fetch-site")) <= {"same-origin", "none"} and not (
        _is_visit(method, path, headers)
    ):
        raise Refused("Requests of other pages are not taken.", status=403, code="WRONG_SITE")
    if method not in _READING and not _is_json(headers):
        raise Refused("A request's body is application/json.", status=415, code="NOT_JSON")


def session_of(path: str, headers: Headers, sessions: Sessions) -> Session | None:
    """Return the session of a request, None for what needs none.

    Raises:
        Refused: it needs one. Whoever has none learns of no path below /api whether it exists.

    """
    if path != "/api" and not path.startswith("/api/"):
        return None
    given = headers.getlist("authorization")
    session = sessions.of(given[0]) if len(given) == 1 else None
    if session is None:
        raise Refused(
            "This page is not open any more: run `vectray web` again.", status=401, code="NO_SESSION"
        )
    return session


def sealed(send: Send) -> Send:
    """Put the headers that keep a page apart from all others on whatever is sent."""

    async def seal(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers.setdefault("Cache-Control", "no-store")
            if message["status"] == 401:  # noqa: PLR2004 - RFC 9110 asks for it with that status
                headers["WWW-Authenticate"] = "Bearer"
        await send(message)

    return seal


def _is_visit(method: str, path: str, headers: Headers) -> bool:
    """Whether a person follows a link to the page: it may stand in the file that `vectray web` opens. There is nothing secret in the page."""
    mode, destination = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest")
    return (method, path, mode, destination) == ("GET", "/", "navigate", "document")


def _is_json(headers: Headers) -> bool:
    """Whether a body is what a form of another page cannot send, and nothing that may unfold to gigabytes."""
    kind = headers.get("content-type", "").partition(";")[0].strip().casefold()
    return kind == "application/json" and headers.get("content-encoding", "identity") == "identity"
