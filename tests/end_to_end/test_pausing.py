"""Pauses by command, where no agent runs."""

from pathlib import Path

import pytest
from tests import light_daemon
from tests.end_to_end.conftest import User
from tests.end_to_end.test_commands import refused


@pytest.mark.slow
def test_a_pause_holds_for_whoever_indexes_next(newcomer: User, tmp_path: Path) -> None:
    """Also where no agent runs: indexing says so and changes nothing, until it is resumed."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "empty.md").touch()
    assert newcomer.vectray("pause", "--for", "2h").stderr == "vectray: indexing is paused for 2 hours\n"
    words = refused(newcomer, "index", str(tmp_path / "documents"))
    assert words.startswith("vectray: Indexing is paused for 2 hours more")
    assert newcomer.vectray("resume").returncode == 0
    with light_daemon.running(newcomer.home, unit=1):
        skipped = newcomer.json("index", str(tmp_path / "documents"))["skipped"]
    assert [file["reason"] for file in skipped] == ["it is empty"]


@pytest.mark.slow
def test_a_pause_of_one_folder_is_told_wherever_it_is_asked_about(newcomer: User, tmp_path: Path) -> None:
    """Indexing of that folder is refused; it stays paused when everything goes on, which is said, until it is named."""
    folder, other = tmp_path / "my documents", tmp_path / "other"
    for path in (folder, other):
        path.mkdir()
        assert newcomer.vectray("folders", "add", str(path)).returncode == 0
    resume = f"`vectray resume '{folder}'`"
    done = newcomer.vectray("pause", str(folder))
    assert done.stderr == f"vectray: indexing of {folder} is paused until {resume}\n"
    states = {state["path"]: state for state in newcomer.json("status")["folders"]}
    assert [states[str(path)]["is_paused"] for path in (folder, other)] == [True, False]
    assert states[str(folder)]["problem"] == f"Indexing of this folder is paused until {resume}."
    done = newcomer.vectray("resume")
    assert f"{folder} stays paused" in done.stderr.replace("\n", " ")
    assert newcomer.vectray("resume", str(folder)).returncode == 0
    assert "is not indexed" in refused(newcomer, "pause", str(tmp_path))
