import subprocess
import sys
from dataclasses import dataclass, field

import pytest

from vectray_client.autostart.run_key import (
    APPROVED,
    NAME,
    RUN,
    VARIABLES,
    RunKey,
    program_of,
    without_a_window,
)
from vectray_client.autostart.standing import NotPossible


@dataclass(frozen=True, slots=True)
class KeptInMemory:
    """A registry that ends with the test."""

    values: dict[tuple[str, str], str | bytes] = field(default_factory=dict)

    def read(self, key: str, name: str) -> str | bytes | None:
        return self.values.get((key, name))

    def write(self, key: str, name: str, value: str) -> None:
        self.values[key, name] = value

    def delete(self, key: str, name: str) -> None:
        self.values.pop((key, name), None)


def test_on_and_off_are_a_value() -> None:
    """Switching on writes the command line, switching off leaves nothing behind."""
    registry = KeptInMemory()
    windows = RunKey(registry=registry, environment={})
    assert (windows.read().is_on, windows.read().reason) == (False, "")
    windows.turn_on()
    assert windows.read().is_on
    program = subprocess.list2cmdline([sys.executable])
    assert registry.values[RUN, NAME] == f"{program} -P -m vectray_client tray --background"
    windows.turn_off()
    windows.turn_off()
    assert registry.values == {}


@pytest.mark.parametrize(
    ("approved", "is_on"),
    [(b"\x02" + bytes(11), True), (b"\x06" + bytes(11), True), (b"\x03" + bytes(11), False), (b"", True)],
)
def test_what_was_switched_off_elsewhere_is_off(approved: bytes, *, is_on: bool) -> None:
    """Task Manager leaves the value and notes beside it; switching on here is switching on there."""
    registry = KeptInMemory()
    windows = RunKey(registry=registry, environment={})
    windows.turn_on()
    registry.values[APPROVED, NAME] = approved
    assert windows.read().is_on is is_on
    windows.turn_on()
    assert windows.read().is_on


def test_a_program_that_is_gone_starts_nothing() -> None:
    """It is off, and said why."""
    windows = RunKey(
        registry=KeptInMemory({(RUN, NAME): r'"C:\a b\pythonw.exe" -m x'}), environment={"PATH": ""}
    )
    assert not windows.read().is_on
    assert r"C:\a b\pythonw.exe" in windows.read().reason


def test_a_place_that_the_next_login_would_not_know_is_refused() -> None:
    """The Run key sets no variables: what is set for one window would be lost in silence."""
    registry = KeptInMemory()
    windows = RunKey(registry=registry, environment={"VECTRAY_HOME": "/x"})
    with pytest.raises(NotPossible):
        windows.turn_on()
    assert registry.values == {}
    registry.values[VARIABLES, "VECTRAY_HOME"] = "/x"
    windows.turn_on()
    assert windows.read().is_on


def test_a_command_line_begins_with_its_program() -> None:
    """With quotes and without; and Python opens no black window."""
    assert program_of(r'"C:\a b\x.exe" -m "y z"') == r"C:\a b\x.exe"
    assert program_of("x.exe -m y") == "x.exe"
    assert without_a_window([r"C:\py\python.exe", "tray"]) == (r"C:\py\pythonw.exe", "tray")
    assert without_a_window([r"C:\vectray.exe", "tray"]) == [r"C:\vectray.exe", "tray"]
