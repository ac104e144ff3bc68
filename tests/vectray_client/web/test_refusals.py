import pytest

from vectray_client.domain import Fault
from vectray_client.opening.starting import NotStarted
from vectray_client.sdk.errors import (
    AgentUnavailable,
    DaemonUnavailable,
    RequestRefused,
    VectrayClientError,
)
from vectray_client.web.refusals import Refused, refusal


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refused("No."), 400, "BAD_REQUEST"),
        (Refused("No.", status=404, code="UNKNOWN_ID"), 404, "UNKNOWN_ID"),
        (RequestRefused("No.", reason="INVALID_OPTION"), 400, "INVALID_OPTION"),
        (RequestRefused("No.", reason="UNKNOWN_FOLDER"), 404, "UNKNOWN_FOLDER"),
        (RequestRefused("No.", reason="MODEL_UNKNOWN"), 404, "MODEL_UNKNOWN"),
        (RequestRefused("No.", reason="DAEMON_UNAVAILABLE"), 503, "DAEMON_UNAVAILABLE"),
        (RequestRefused("No.", reason="NOT_SERVED"), 501, "NOT_SERVED"),
        (AgentUnavailable("No."), 503, "AGENT_UNAVAILABLE"),
        (DaemonUnavailable("No."), 503, "DAEMON_UNAVAILABLE"),
        (VectrayClientError("No."), 503, "UNAVAILABLE"),
        (NotStarted("No."), 409, "FAULT"),
        (Fault("No."), 409, "FAULT"),
    ],
)
def test_every_known_error_has_a_status(error: Exception, status: int, code: str) -> None:
    """Its own sentence, a word for the page and a status that fits."""
    assert refusal(error) == (status, code, "No.")


def test_an_error_that_nobody_thought_of_has_no_words() -> None:
    """They may quote anything."""
    assert refusal(ValueError("secret")) is None
    assert refusal(OSError(2, "No such file", "secret")) is None
