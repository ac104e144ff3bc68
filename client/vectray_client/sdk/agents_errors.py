"""What a failed call to the agent means, and an agent of another release. Both clients of the agent use it."""

import contextlib
from collections.abc import Iterator

from vectray import CONTRACT_REVISION
from vectray_client.sdk.errors import (
    AgentMismatch,
    AgentUnavailable,
    DaemonUnavailable,
    LostConnection,
    closing_is_loss,
    translating,
)
from vectray_client.sdk.index_states import AgentState


def check_revision(state: AgentState) -> None:
    """Refuse an agent that speaks another revision of the contract.

    Raises:
        AgentMismatch: it does.

    """
    if state.contract_revision != CONTRACT_REVISION:
        raise AgentMismatch(
            f"The running agent speaks revision {state.contract_revision} of the contract, this program {CONTRACT_REVISION}:"
            " run `vectray stop`, then try again."
        )


@contextlib.contextmanager
def agents_errors() -> Iterator[None]:
    """Raise what a failed call means. Nothing is tried again: what an agent that ended has done is not known here."""
    try:
        with closing_is_loss(), translating():
            yield
    except LostConnection:
        raise AgentUnavailable("The agent has ended.") from None
    except DaemonUnavailable:
        raise AgentUnavailable("The agent does not answer.") from None
