from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vectray_client.diagnosis.installations import AGENT, DAEMON, MODEL, WELL

from vectray_client.diagnosis.evidence import Desktop, Evidence
from vectray_client.diagnosis.findings import findings
from vectray_client.domain import Fault
from vectray_client.sdk.errors import AgentMismatch, DaemonUnavailable
from vectray_client.sdk.index_states import FolderState, Trouble
from vectray_client.store.errors import IndexDamaged

LIMIT = (
    "The system does not allow to watch all of it, so changes are looked for every minute; "
    "`sudo sysctl -w fs.inotify.max_user_watches=1048576` allows more."
)
LOST = FolderState(path="/a", files=1, pending=0, is_lost=True)
UNWATCHED = FolderState(path="/b", files=1, pending=0, watch_reason=LIMIT)
ILL: dict[str, Evidence] = {
    "config": replace(WELL, config_fault=Fault("config.toml cannot be read.")),
    "index-IndexDamaged": replace(WELL, index_fault=IndexDamaged()),
    "index-on-network": replace(WELL, is_index_remote=True, index_lies_on="nfs4"),
    "runtime-not-private": replace(WELL, is_runtime_private=False),
    "disk": replace(WELL, disk_free_bytes=499_999_999),
    "preferences": replace(WELL, preferences_fault="The settings cannot be read."),
    "daemon-DaemonUnavailable": replace(WELL, daemon=DaemonUnavailable("vectrayd does not answer.")),
    "daemon-not-installed": replace(WELL, daemon=None, is_daemon_installed=False),
    "no-model": replace(
        WELL, daemon=replace(DAEMON, models=[replace(MODEL, state="absent", is_default=False)])
    ),
    "agent-AgentMismatch": replace(WELL, agent=AgentMismatch("The agent is of another release.")),
    "readers": replace(WELL, agent=replace(AGENT, trouble=Trouble.READERS, paused_reason="No memory.")),
    "model": replace(WELL, agent=replace(AGENT, trouble=Trouble.MODEL, slowed_reason="No model.")),
    "folder-lost": replace(WELL, agent=replace(AGENT, folders=(LOST,))),
    "watch-limit": replace(WELL, agent=replace(AGENT, folders=(UNWATCHED, UNWATCHED))),
    "no-tray": replace(WELL, desktop=Desktop(has_bus=True, has_tray=False)),
}


def test_nothing_is_wrong_with_what_works() -> None:
    """Nor with what does not run: it starts when it is needed."""
    assert findings(WELL) == []
    assert findings(replace(WELL, agent=None, daemon=None, disk_free_bytes=None)) == []
    assert findings(replace(WELL, desktop=Desktop(has_bus=False, has_tray=False))) == []


@pytest.mark.parametrize("kind", ILL)
def test_each_ill_is_found_with_its_remedy(kind: str) -> None:
    """One thing that is wrong is one finding, in words, with what to do."""
    (found,) = findings(ILL[kind])
    assert found.kind == kind
    assert found.sentence.endswith(".")
    assert found.remedy


def test_a_model_that_does_not_load_is_named() -> None:
    """The default model's own reason is told."""
    daemon = replace(DAEMON, models=[replace(MODEL, state="failed", reason="Its weights are damaged.")])
    assert [found.sentence for found in findings(replace(WELL, daemon=daemon))] == [
        "There is no model to embed with, so only words are searched.",
        "The model e5 does not load: Its weights are damaged.",
    ]


def test_the_watch_limit_is_told_once_and_how_to_raise_it() -> None:
    """However many folders suffer from it."""
    (found,) = findings(ILL["watch-limit"])
    assert found.remedy == "`sudo sysctl -w fs.inotify.max_user_watches=1048576` allows more."


@given(
    st.sets(st.sampled_from(["index_fault", "is_runtime_private", "disk_free_bytes", "preferences_fault"]))
)
def test_one_ill_hides_no_other(fields: set[str]) -> None:
    """Everything that is wrong is found at once."""
    ill: dict[str, Any] = {
        "index_fault": IndexDamaged(),
        "is_runtime_private": False,
        "disk_free_bytes": 0,
        "preferences_fault": "No.",
    }
    wrong = replace(WELL, **{name: ill[name] for name in fields})
    assert len(findings(wrong)) == len(fields)
