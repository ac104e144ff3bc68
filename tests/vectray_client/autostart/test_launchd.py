import plistlib
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from vectray_client.autostart.launchd import LABEL, LaunchAgent, is_disabled, launch_agent, why_off


def agent(folder: Path, *, listed: str = "") -> LaunchAgent:
    """A Mac of which only the folder and launchctl's answer are known."""

    def ask(command: Sequence[str]) -> str:
        return listed if command[1] == "print-disabled" else ""

    return LaunchAgent(folder=folder, environment={"VECTRAY_HOME": "/家 1"}, user=501, ask=ask)


def test_on_and_off_are_a_file(tmp_path: Path) -> None:
    """The system finds the words and the variable as they are, and does not start the tray again that a person has quit."""
    mac = agent(tmp_path / "LaunchAgents")
    assert (mac.read().is_on, mac.read().reason) == (False, "")
    mac.turn_on()
    assert mac.read().is_on
    job = plistlib.loads(Path(mac.read().place).read_bytes())
    assert job["ProgramArguments"] == [sys.executable, "-P", "-m", "vectray_client", "tray", "--background"]
    assert job["EnvironmentVariables"] == {"VECTRAY_HOME": "/家 1"}
    assert "KeepAlive" not in job
    mac.turn_off()
    mac.turn_off()
    assert not mac.read().is_on


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (f'disabled services = {{\n\t"{LABEL}" => disabled\n}}', True),
        (f'disabled services = {{\n\t"{LABEL}" => true\n}}', True),
        (f'disabled services = {{\n\t"{LABEL}" => enabled\n}}', False),
        (f'disabled services = {{\n\t"{LABEL}2" => disabled\n}}', False),
        ("", False),
    ],
)
def test_what_launchd_has_disabled_is_off(tmp_path: Path, listed: str, *, expected: bool) -> None:
    """A file is not enough."""
    mac = agent(tmp_path, listed=listed)
    mac.turn_on()
    assert is_disabled(listed) is expected
    assert mac.read().is_on is not expected


@pytest.mark.parametrize(
    "changes",
    [
        {"Disabled": True},
        {"RunAtLoad": False},
        {"ProgramArguments": []},
        {"ProgramArguments": ["/nowhere/x"]},
    ],
)
def test_what_would_not_start_is_off(changes: dict[str, object]) -> None:
    """Each has its reason."""
    job = {**launch_agent([sys.executable], {}), **changes}
    assert why_off(job, is_disabled=False, environment={})
    assert not why_off(launch_agent([sys.executable], {}), is_disabled=False, environment={})


@pytest.mark.parametrize("content", [b"", b"words", b"<plist><dict>", b"bplist00"])
def test_a_damaged_file_starts_nothing(tmp_path: Path, content: bytes) -> None:
    """It is off, with a reason, and no error."""
    mac = agent(tmp_path)
    Path(mac.read().place).write_bytes(content)
    assert (mac.read().is_on, mac.read().reason) == (False, "It cannot be read.")
