import getpass
import json
import socket
from dataclasses import replace
from pathlib import Path

from tests.end_to_end.canaries import Canaries
from tests.vectray_client.diagnosis.installations import DAEMON, WELL

from vectray.places import Places
from vectray.v1 import index_pb2, models_pb2
from vectray_client.diagnosis.looking import desktop_in, look
from vectray_client.diagnosis.report import report, report_text
from vectray_client.domain import Fault
from vectray_client.sdk.errors import AgentUnavailable, DaemonUnavailable
from vectray_client.sdk.index_states import agent_state
from vectray_client.sdk.states import model_state

EXPECTED = """\
Vectray diagnosis
vectray: 0.1.0
python: CPython 3.11.7
system: Linux 6.1 x86_64
desktop:
  name: XFCE
  session: x11
  session bus: yes
  tray: yes
agent:
  files: 12,345
  passages: 0
  waiting: 0
  found by words alone: 0
  problems: 0
  paused: no
  held up: no
  slowed: no
  trouble: none
  lost track of changes: 0
  folders:
    folder 1 (ext4, 12,345 files, 6 waiting)
daemon:
  version: 0.1.0
  running for: 2 h
  memory: 500 MB
  models:
    e5 (embedding, ready, default, 384 dimensions)
index:
  size: 1.2 GB
  file system: ext4
  disk free: 70 GB
watch limits:
  max user watches: 65,536
kinds of errors in logs:
  OSError: 2
findings: none
"""


def test_the_report_is_read_at_a_glance() -> None:
    """One fact a line; what is not known is said to be unknown."""
    assert report_text(WELL) == EXPECTED
    bare = report_text(replace(WELL, agent=None, daemon=None, folders_lie_on={}, disk_free_bytes=None))
    assert "agent: not running\ndaemon: not running\n" in bare
    assert "disk free: unknown" in bare


def test_the_report_is_json_as_well() -> None:
    """Programs get the same facts."""
    assert json.loads(json.dumps(report(WELL)))["daemon"]["version"] == "0.1.0"


def test_nothing_of_a_person_is_in_the_report(tmp_path: Path) -> None:
    """Every text that agent, daemon, files and errors could bring is a random word, and none of them comes out."""
    canary = Canaries()
    told = index_pb2.IndexServiceWatchResponse()
    canary.fill(told, turn=0, is_named=True)
    fields = models_pb2.Model.DESCRIPTOR.fields
    texts = [one.name for one in fields if one.type == one.TYPE_STRING and not one.is_repeated]
    model = models_pb2.Model(**dict.fromkeys(texts, canary.name))
    own = replace(
        model_state(model), source="", state="failed", kind="embedding", device="cpu", precision="float32"
    )
    home = tmp_path / canary.name
    places = Places(config=home / "config", data=home / "data", runtime=home / "run")
    for folder in (places.index, places.config, places.runtime):
        folder.mkdir(parents=True)
    (places.index / "index.sqlite").write_text(canary.text * 99, "utf-8")
    places.preferences.write_text(canary.text, "utf-8")
    places.agent_log.write_text(f"{canary.text}\nOSError: {canary.text}\n{canary.name}Error\n", "utf-8")
    evidence = look(
        places,
        agent=agent_state(told),
        daemon=replace(DAEMON, models=[replace(own, is_default=True)]),
        desktop=desktop_in({"XDG_CURRENT_DESKTOP": "XFCE", "HOME": canary.name}),
        config_fault=Fault(canary.text),
    )
    assert evidence.index_fault
    failing = replace(evidence, agent=AgentUnavailable(canary.text), daemon=DaemonUnavailable(canary.name))
    for each in (evidence, failing):
        written = report_text(each) + json.dumps(report(each))
        assert "config" in written
        assert [word for word in (*canary.unwritten, str(tmp_path)) if word in written] == []


def test_neither_user_nor_machine_is_named(tmp_path: Path) -> None:
    """What this very machine is called is not in a report of it."""
    places = Places(config=tmp_path / "c", data=tmp_path / "d", runtime=tmp_path / "r")
    words = report_text(look(places, agent=None, daemon=None)).split()
    assert not {socket.gethostname(), getpass.getuser(), str(Path.home())} & set(words)
