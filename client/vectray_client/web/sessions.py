"""Who may use the page: whoever brings a code that was just given out gets a token, and with it a session.

The code comes with the address, which others on this machine may see for a moment; it is good once and soon is not. The token is only ever
in the storage of its tab and in the header of its requests: a cookie would go to every other server on the loopback as well.
"""

import hashlib
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from vectray_client.web.references import References
from vectray_client.web.refusals import Refused

CODE_SECONDS = 120
"""For a browser to start on a slow machine."""
_SECRET_BYTES = 32
_MOST_CODES = 32
_MOST_SESSIONS = 32
"""Tabs, not people. The one that was not used for longest has to be opened again."""
_PATIENT_FAILURES = 5
_PENALTY_SECONDS = 1.0


class Session:
    """One open page."""

    def __init__(self) -> None:
        self.references = References()


class Sessions:
    """All open pages, in memory alone: they end with the agent. May be used from several threads."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._codes: OrderedDict[bytes, float] = OrderedDict()
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()
        self._failures = 0

    def give_code(self) -> str:
        """Return a code that is good once, for `CODE_SECONDS`."""
        code = secrets.token_urlsafe(_SECRET_BYTES)
        with self._lock:
            self._codes[_digest(code)] = self._clock() + CODE_SECONDS
            _trim(self._codes, _MOST_CODES)
        return code

    def enter(self, code: str) -> str:
        """Return the token of a new session.

        Raises:
            Refused: the code was never given, was used, or is too old.

        """
        with self._lock:
            until = self._codes.pop(_digest(code), None)
            if until is None or self._clock() > until:
                self._failures += 1
                raise Refused(
                    "This address was used before, or is too old: run `vectray web` again.",
                    status=403,
                    code="BAD_CODE",
                )
            self._failures = 0
            token = secrets.token_urlsafe(_SECRET_BYTES)
            self._sessions[_digest(token)] = Session()
            _trim(self._sessions, _MOST_SESSIONS)
        return token

    def penalty_seconds(self) -> float:
        """Return how long whoever brought a wrong code waits for the answer. Who brings a good one never waits."""
        return _PENALTY_SECONDS if self._failures > _PATIENT_FAILURES else 0.0

    def of(self, authorization: str) -> Session | None:
        """Return the session whose token an Authorization header bears, None if it is no one's. Takes the same time for each."""
        kind, _, token = authorization.partition(" ")
        given = _digest(token.strip())
        found = None
        with self._lock:
            for digest in self._sessions:
                if secrets.compare_digest(given, digest):
                    found = digest
            if kind.casefold() != "bearer" or found is None:
                return None
            self._sessions.move_to_end(found)
            return self._sessions[found]


def _digest(secret: str) -> bytes:
    """Secrets are kept and compared as digests: equal lengths, and nothing to be read out of a dump."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _trim(kept: OrderedDict[bytes, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)
