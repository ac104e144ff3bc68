"""Waits for the agent to bring folders up to date, telling how far it is."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from vectray_client.domain import Fault
from vectray_client.indexer.catching_up import Summary
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.index_states import AgentState
from vectray_client.store.reading import open_reader

_STUCK_MESSAGES = 12
"""Heartbeats without any change while the model cannot be had: a minute."""
_TELLING_SECONDS = 0.5
"""Until the state tells what has just been committed."""
Report = Callable[[AgentState], None]


class NotIndexing(Fault):
    """The agent does not index these folders now; the message says why."""


def follow(
    agent: Agent, folders: Sequence[str], *, before: AgentState, index_file: Path, report: Report
) -> Summary:
    """Have the agent look at folders that it indexes, and wait until all of them is in the index; return what it came to since `before`.

    Raises:
        NotIndexing: the person has paused it, a folder is out of reach, or the model cannot be had.
        VectrayClientError: the agent has ended, or does not do it.

    """
    for folder in folders:
        agent.rescan(folder)
    last, unchanged = before, 0
    for state in agent.watch():
        report(state)
        check_indexing(state, folders)
        apart = [folder.path for folder in state.folders if folder.is_paused]
        if _is_stored(index_file, folders, apart=apart):
            break
        unchanged = unchanged + 1 if _progress(state) == _progress(last) else 0
        if unchanged >= _STUCK_MESSAGES and state.slowed_reason:
            raise NotIndexing(f"What waits is not done now: {state.slowed_reason}")
        last = state
    time.sleep(_TELLING_SECONDS)
    after = agent.state()
    return Summary(embedded=after.embedded - before.embedded, removed=after.removed - before.removed)


def check_indexing(state: AgentState, folders: Sequence[str]) -> None:
    """Raises NotIndexing if nothing is done about the folders now."""
    held_up = (folder.paused_reason for folder in state.folders if folder.path in folders)
    reason = state.paused_reason or next(filter(None, held_up), "")
    if reason:
        raise NotIndexing(reason)


def _is_stored(index_file: Path, folders: Sequence[str], *, apart: Sequence[str]) -> bool:
    """Whether nothing waits but in the folders `apart`. The state's counts may be seconds old; the store is never behind."""
    with open_reader(index_file) as reader:
        is_awaited = reader.waiting(1, apart=apart) or reader.next_model()
        return not (any(map(reader.queue_below, folders)) or is_awaited)


def _progress(state: AgentState) -> tuple[int, int, int]:
    return state.pending, state.pending_vectors, state.embedded
