import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vectray.places import Places
from vectray_client.cli.models import command, state_words
from vectray_client.cli.status import command as status
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.errors import RequestRefused

MODEL = "all-MiniLM-L6-v2"


@pytest.fixture
def home(light: Places, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of the light daemon, as this user's own."""
    folder = light.runtime.parent
    monkeypatch.setenv("VECTRAY_HOME", str(folder))
    return folder


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home in which nothing ever ran."""
    monkeypatch.setenv("VECTRAY_HOME", str(tmp_path / "new"))
    return tmp_path / "new"


def told(*words: str) -> Result:
    """Run a command that must succeed."""
    done = CliRunner().invoke(command, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def test_models_are_loaded_listed_shown_and_unloaded(home: Path) -> None:
    """Each command says where the model stands then; names are told in any case of letters."""
    del home
    assert told("load", MODEL.lower()).stderr == f"vectray: {MODEL}: ready\n"
    rows = told("list").stdout.splitlines()
    assert rows[0].split() == ["model", "state", "languages", "dimensions", "tokens", "size", "note"]
    assert rows[1].startswith("multilingual-e5-small (default)")
    (row,) = [row for row in rows if row.startswith(MODEL)]
    assert row.split()[1] == "ready"
    assert row.rstrip().endswith("MB in memory")
    shown = dict(line.split(maxsplit=1) for line in told("show", MODEL).stdout.splitlines())
    assert shown["state"] == "ready"
    assert shown["prompt"] == "query 'query: '"
    assert told("unload", MODEL).stderr == f"vectray: {MODEL}: available\n"


def test_rerankers_are_told_apart(home: Path) -> None:
    """Wherever one is named, so that nobody takes it for a model to index with; it has no dimensions to show."""
    del home
    shown = dict(line.split(maxsplit=1) for line in told("show", "bge-reranker-base").stdout.splitlines())
    assert shown["model"] == "bge-reranker-base (reranker)"
    assert "dimensions" not in shown
    (row,) = [row for row in told("list").stdout.splitlines() if row.startswith("bge-reranker-base ")]
    assert row.split()[1] == "(reranker)"
    assert told("pull", "bge-reranker-base").stderr.startswith("vectray: bge-reranker-base (reranker): ")
    with pytest.raises(RequestRefused, match="bge-reranker-base is a reranker"):
        told("use", "bge-reranker-base")


def test_documents_have_all_facts(home: Path) -> None:
    """With --json each command prints one document on stdout and nothing else."""
    del home
    for words in (("load", MODEL), ("show", MODEL), ("unload", MODEL)):
        done = told(*words, "--json")
        assert json.loads(done.stdout)["name"] == MODEL
        assert done.stderr == ""
    short, long = (json.loads(told(*words, "--json").stdout)["models"] for words in ((), ("list",)))
    assert [model["name"] for model in short] == [model["name"] for model in long]
    assert short[0]["is_default"]


def test_texts_that_leave_are_marked(light: Places) -> None:
    """A model that somebody else runs is told as such wherever its state is."""
    with Daemon(light) as daemon:
        state = daemon.model()
    assert "leave" not in state_words(state)
    remote = dataclasses.replace(state, leaves_machine=True, reason="no key", state="absent")
    assert state_words(remote) == "absent: no key (texts leave this machine)"


def test_without_a_daemon_nothing_is_unloaded(nowhere: Path) -> None:
    """No daemon is started to unload what it cannot hold."""
    assert told("unload", MODEL).stderr == "vectray: vectrayd is not running, so no model is loaded\n"
    assert not nowhere.exists()


def test_status_tells_what_models_do(home: Path) -> None:
    """The daemon's age and memory, each model with what it takes; the same in the document."""
    del home
    told("load", MODEL)
    shown = CliRunner().invoke(status, [], catch_exceptions=False).stdout.splitlines()
    assert shown[0].startswith("daemon   running for ")
    (line,) = [line for line in shown if MODEL in line]
    assert line.strip().startswith(f"{MODEL}: ready; ")
    document = json.loads(CliRunner().invoke(status, ["--json"], catch_exceptions=False).stdout)
    assert document["daemon"]["queue"] == []
    assert document["daemon"]["uptime_seconds"] > 0
    assert {model["name"]: model["state"] for model in document["daemon"]["models"]}[MODEL] == "ready"
