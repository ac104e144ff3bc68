"""An installation with which all is well."""

from dataclasses import replace

from vectray.v1 import models_pb2
from vectray_client.diagnosis.evidence import Desktop, Evidence
from vectray_client.sdk.index_states import AgentState, FolderState
from vectray_client.sdk.states import DaemonState, model_state

FOLDER = FolderState(path="/home/me/notes", files=12_345, pending=6)
AGENT = AgentState(pid=1, contract_revision=3, files=12_345, folders=(FOLDER,))
MODEL = replace(
    model_state(models_pb2.Model(name="e5", dimensions=384)),
    state="ready",
    is_default=True,
    source="public/e5",
)
DAEMON = DaemonState(
    version="0.1.0",
    contract_revision=3,
    pid=2,
    rss_bytes=500_000_000,
    uptime_seconds=7200.0,
    models=[MODEL],
    lanes=[],
)
WELL = Evidence(
    agent=AGENT,
    daemon=DAEMON,
    desktop=Desktop(name="XFCE", session="x11", has_bus=True, has_tray=True),
    release="0.1.0",
    python="CPython 3.11.7",
    system="Linux 6.1 x86_64",
    index_bytes=1_200_000_000,
    index_lies_on="ext4",
    disk_free_bytes=70_000_000_000,
    folders_lie_on={FOLDER.path: "ext4"},
    watch_limits={"max_user_watches": 65536},
    kinds_of_errors={"OSError": 2},
)
