"""Facts for tests of the tray: what an agent and a daemon might tell."""

from hypothesis import strategies as st

from vectray_client.desktop.facts import Facts
from vectray_client.domain import FileType
from vectray_client.sdk.found import RecentDocument
from vectray_client.sdk.index_states import AgentState, FolderState, Trouble
from vectray_client.sdk.states import DaemonState, ModelState

PATHS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60),
    min_size=1,
    max_size=3,
).map(lambda names: "/" + "/".join(names))


def agent(**known: object) -> AgentState:
    """An agent with one folder and nothing to do, but for what is known."""
    usual = {"pid": 1, "contract_revision": 3, "files": 7, "folders": (FolderState(path="/a/文档", files=7),)}
    return AgentState(**{**usual, **known})  # type: ignore[arg-type]


def daemon(*models: ModelState) -> DaemonState:
    """A daemon with these models."""
    return DaemonState(
        version="1",
        contract_revision=3,
        pid=2,
        rss_bytes=60_000_000,
        uptime_seconds=1.0,
        models=models,
        lanes=(),
    )


def model(**known: object) -> ModelState:
    """A model that is loaded, but for what is known."""
    usual = {
        "name": "multilingual-e5-small",
        "state": "ready",
        "reason": "",
        "fingerprint": "f",
        "dimensions": 384,
        "max_tokens": 512,
        "prompts": {},
        "rss_bytes": 623_000_000,
        "is_default": True,
        "kind": "embedding",
        "leaves_machine": False,
        "languages": ("mul",),
        "licence": "MIT",
        "source": "",
        "facts_source": "",
        "pooling": "mean",
        "outputs": ("dense",),
        "download_bytes": 0,
        "memory_bytes": {},
        "device": "cpu",
        "precision": "float32",
        "activity": "",
        "tokens_per_second": 0.0,
        "unloads_in_seconds": 0.0,
    }
    return ModelState(**{**usual, **known})  # type: ignore[arg-type]


def facts(known: AgentState | None = None, **more: object) -> Facts:
    """Facts of an agent and a daemon that both answer."""
    usual = {"agent": known or agent(), "daemon": daemon(), "is_starting": False}
    return Facts(**{**usual, **more})  # type: ignore[arg-type]


FOLDERS = st.builds(
    FolderState,
    path=PATHS,
    files=st.integers(0, 10**6),
    pending=st.integers(0, 10**6),
    paused_reason=st.sampled_from(["", "The folder /a is out of reach: no such file or directory."]),
    watch_reason=st.sampled_from(
        ["", "It is on a network drive (nfs), so changes are looked for every minute."]
    ),
    is_paused=st.booleans(),
    is_lost=st.booleans(),
    is_scanning=st.booleans(),
)
AGENTS = st.builds(
    AgentState,
    pid=st.just(1),
    contract_revision=st.just(3),
    folders=st.lists(FOLDERS, max_size=4, unique_by=lambda folder: folder.path).map(tuple),
    files=st.integers(0, 10**6),
    pending=st.integers(0, 10**6),
    pending_vectors=st.integers(0, 10**6),
    problems=st.integers(0, 1000),
    seconds_left=st.floats(0, 10**6),
    is_paused=st.booleans(),
    pause_seconds_left=st.floats(0, 10**5),
    paused_reason=st.sampled_from(["", "stopped: the disk is almost full"]),
    slowed_reason=st.sampled_from(["", "slowed: on battery"]),
    next_model=st.sampled_from(["", "bge-m3"]),
    next_model_share=st.floats(0, 1),
    is_scanning=st.booleans(),
    share=st.floats(0, 1),
    trouble=st.sampled_from(Trouble),
    is_hurried=st.booleans(),
)
DAEMONS = st.lists(
    st.builds(
        model,
        name=st.sampled_from(["a", "b", "c"]),
        state=st.sampled_from(["ready", "failed", "absent"]),
        reason=st.sampled_from(["", "It does not load."]),
        rss_bytes=st.integers(0, 10**10),
    ),
    max_size=3,
    unique_by=lambda model: model.name,
).map(lambda models: daemon(*models))
RECENT = st.lists(
    st.builds(
        RecentDocument,
        path=PATHS,
        title=st.just(""),
        file_type=st.just(FileType("text")),
        modified_ns=st.just(1),
    ),
    max_size=12,
    unique_by=lambda document: document.path,
)
ALL_FACTS = st.builds(
    Facts,
    agent=st.none() | AGENTS,
    daemon=st.none() | DAEMONS,
    is_starting=st.booleans(),
    is_stopped=st.booleans(),
    trouble=st.sampled_from(["", "vectrayd did not answer within 30 seconds; see vectrayd.log."]),
    mishap=st.sampled_from(["", "There is no such model."]),
    recent=RECENT,
)
"""Whatever may be known, likely or not."""
