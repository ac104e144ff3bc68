import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from vectray_client.cli.settings import command
from vectray_client.preferences.choices import WrongChoice


def settings(home: Path, *arguments: str) -> Result:
    """What the command did."""
    return CliRunner().invoke(command, arguments, env={"VECTRAY_HOME": str(home)})


def test_a_setting_is_set_shown_and_listed(tmp_path: Path) -> None:
    """What one call sets the next one shows."""
    assert settings(tmp_path, "colours", "dark").output == "dark\n"
    assert settings(tmp_path, "colours").output == "dark\n"
    lines = settings(tmp_path).output.splitlines()
    assert lines[1].split() == ["colours", "dark", "(auto,", "light,", "dark)"]
    listed = json.loads(settings(tmp_path, "--json").output)["settings"]
    assert listed["language"] == {"value": "auto", "choices": ["auto", "en", "zh"]}
    assert listed["colours"]["value"] == "dark"


@pytest.mark.parametrize(
    "arguments", [["colour"], ["colour", "dark"], ["colours", "blue"], ["first-index-told", "on"]]
)
def test_a_wrong_setting_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    """A name or a word that there is not changes nothing; what the tray notes for itself is no setting."""
    assert isinstance(settings(tmp_path, *arguments).exception, WrongChoice)
    assert not list(tmp_path.iterdir())


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    """What holds is shown, and why nothing else does."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "preferences.json").write_text("{", "utf-8")
    told = settings(tmp_path, "language")
    assert (told.exit_code, told.stdout) == (0, "auto\n")
    assert told.stderr == (
        "vectray: The settings in preferences.json cannot be read, so nothing is set: it is not JSON.\n"
    )
