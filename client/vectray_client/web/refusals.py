"""What the page's server says no to, and the one table from what goes wrong to HTTP statuses. Pure."""

from collections.abc import Mapping

from vectray_client.domain import Fault
from vectray_client.sdk import errors

Answer = tuple[int, str, str]
"""Status, code for programs, sentence for people."""


class Refused(Fault):
    """A request that is not answered, or not like this."""

    def __init__(self, message: str, *, status: int = 400, code: str = "BAD_REQUEST") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


_REASONS: Mapping[str, int] = {
    "UNKNOWN_FOLDER": 404,
    "MODEL_UNKNOWN": 404,
    "NOT_FOUND": 404,
    "UNKNOWN_FILE": 404,
    "FAULT": 409,
    "FOLDER_MISSING": 409,
    "FAILED_PRECONDITION": 409,
    "OVERLOADED": 429,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "MODEL_FAILED": 500,
    "INDEX": 500,
    "NOT_SERVED": 501,
    "UNIMPLEMENTED": 501,
    "DAEMON_UNAVAILABLE": 503,
    "MODEL_UNAVAILABLE": 503,
    "STOPPING": 503,
    "UNAVAILABLE": 503,
    "BUSY": 504,
    "DEADLINE_INFEASIBLE": 504,
}
"""By the reason that the agent or the daemon gives; what is not here was asked wrongly."""
_AWAY: Mapping[type[Exception], str] = {
    errors.AgentUnavailable: "AGENT_UNAVAILABLE",
    errors.AgentMismatch: "AGENT_MISMATCH",
    errors.DaemonUnavailable: "DAEMON_UNAVAILABLE",
    errors.DaemonMismatch: "DAEMON_MISMATCH",
}


def refusal(error: Exception) -> Answer | None:
    """Return what is answered in place of what was asked for; None for an error that nobody thought of, whose words may quote anything."""
    match error:
        case Refused():
            return error.status, error.code, str(error)
        case errors.RequestRefused():
            return _REASONS.get(error.reason, 400), error.reason, str(error)
        case errors.VectrayClientError():
            return 503, _AWAY.get(type(error), "UNAVAILABLE"), str(error)
        case Fault():
            return 409, "FAULT", str(error)
    return None
