import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vectray.places import Places
from vectray_client.cli.doctor import command


def doctor(home: Path, *arguments: str) -> Result:
    """What the command did, without a desktop."""
    environment = {
        "VECTRAY_HOME": str(home),
        "DISPLAY": None,
        "DBUS_SESSION_BUS_ADDRESS": None,
        "XDG_RUNTIME_DIR": None,
    }
    return CliRunner().invoke(command, arguments, env=environment)


def test_a_new_installation_is_well(tmp_path: Path) -> None:
    """Nothing is wrong where nothing was done yet, and nothing is made by looking."""
    done = doctor(tmp_path)
    assert (done.exit_code, done.output) == (0, "Nothing is wrong.\n")
    assert doctor(tmp_path, "--report").output.startswith("Vectray diagnosis\n")
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_is_told_with_its_remedy(tmp_path: Path) -> None:
    """Each finding is two lines, the exit status says that there is one, and JSON holds the same."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text("[client", "utf-8")
    (tmp_path / "config" / "preferences.json").write_text("[]", "utf-8")
    done = doctor(tmp_path)
    assert done.exit_code == 1
    assert len(done.output.splitlines()) == 4
    told = doctor(tmp_path, "--json")
    assert told.exit_code == 1
    assert [finding["kind"] for finding in json.loads(told.output)["findings"]] == ["config", "preferences"]


@pytest.mark.slow
def test_a_daemon_that_runs_is_told_of(light: Places) -> None:
    """The report tells its models and what it takes; being asked wakes nothing."""
    done = doctor(light.config.parent, "--json")
    told = json.loads(done.output)
    assert (done.exit_code, told["findings"]) == (0, [])
    assert told["report"]["daemon"]["models"]
    assert told["report"]["agent"] == "not running"
