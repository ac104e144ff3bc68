import json
import subprocess
from pathlib import Path

import pytest

from vectray_client.autostart.started import TRAY, command_of, is_there, kept, program_of, through_env


def test_this_installation_is_what_starts(tmp_path: Path) -> None:
    """From wherever it is called, and whatever lies there, the command is the one that people type."""
    (tmp_path / "vectray_client.py").write_text("raise SystemExit('an impostor')")
    command = command_of(["autostart", "--json"])
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)
    assert json.loads(done.stdout)["headless"] is False


def test_nothing_but_the_icon_comes_up_at_login() -> None:
    """Nobody has just asked for a page."""
    assert command_of(TRAY)[-2:] == ("tray", "--background")


def test_only_the_place_of_everything_is_kept() -> None:
    """It is kept as a whole path: at login nobody knows what it began from. An empty one says nothing."""
    assert kept({"PATH": "/bin", "VECTRAY_HOME": "/x"}) == {"VECTRAY_HOME": "/x"}
    assert kept({"VECTRAY_HOME": "x"}) == {"VECTRAY_HOME": str(Path.cwd() / "x")}
    assert kept({"VECTRAY_HOME": ""}) == kept({}) == {}


@pytest.mark.parametrize(
    ("command", "program"),
    [
        (["/a b/python", "-m", "x"], "/a b/python"),
        (through_env(["python", "x"], {"A": "b", "C": "d e"}), "python"),
        (["/usr/bin/env", "-i", "A=b", "python"], "python"),
        (["env"], ""),
        ([], ""),
    ],
)
def test_the_program_is_the_one_that_runs_at_last(command: list[str], program: str) -> None:
    """What env is told stands before it."""
    assert program_of(command) == program


def test_a_program_is_there_if_it_can_be_run(tmp_path: Path) -> None:
    """By its path or by its name on PATH; a file that may not be run is none."""
    program = tmp_path / "program"
    program.touch(0o600)
    environment = {"PATH": str(tmp_path)}
    assert not is_there("program", environment)
    program.chmod(0o700)
    assert is_there("program", environment)
    assert is_there(str(program), {})
    assert not is_there("", environment)
