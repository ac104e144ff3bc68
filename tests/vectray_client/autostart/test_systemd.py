import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.autostart.systemd import UNIT, SystemdAutostart, exec_words, unit_text

ANALYSE = shutil.which("systemd-analyze")
PATHS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1)


@pytest.fixture
def autostart(tmp_path: Path) -> SystemdAutostart:
    """A machine with systemd, on which nobody has switched anything on."""
    (tmp_path / "booted").mkdir()
    return SystemdAutostart(
        environment={
            "XDG_CONFIG_HOME": str(tmp_path / "own"),
            "XDG_RUNTIME_DIR": str(tmp_path),
            "USER": "me",
        },
        system_folders=(str(tmp_path / "admin"), str(tmp_path / "vendor")),
        lingering=tmp_path / "linger",
        booted=tmp_path / "booted",
    )


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The person's own folder of units."""
    return tmp_path / "own" / "systemd" / "user"


@given(PATHS, PATHS)
def test_the_command_is_read_as_it_was_written(home: str, folder: str) -> None:
    """No path is taken for a variable, a specifier or two words."""
    command = [f"/{folder.replace('=', '')}/python", "-m", "vectray_client", "agent"]
    unit = unit_text(command, {"VECTRAY_HOME": home})
    assert list(exec_words(unit)) == ["/usr/bin/env", f"VECTRAY_HOME={home}", *command]


def test_on_and_off_are_what_systemctl_would_do(autostart: SystemdAutostart, own: Path) -> None:
    """Switching on writes the unit and the link to it; switching off leaves neither."""
    assert not autostart.read().is_on
    autostart.turn_on()
    autostart.turn_on()
    assert autostart.read().is_on
    assert (own / "default.target.wants" / UNIT).readlink() == own / UNIT
    assert autostart.read().command[-5:] == (sys.executable, "-P", "-m", "vectray_client", "agent")
    autostart.turn_off()
    autostart.turn_off()
    assert not autostart.read().is_on
    assert [path for path in own.rglob("*") if not path.is_dir()] == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda own: (own / "default.target.wants" / UNIT).unlink(), "not enabled"),
        (lambda own: (own / UNIT).write_text(unit_text(["/nowhere/python"], {})), "/nowhere/python"),
        (lambda own: (own / UNIT).write_text("[Service]\n"), "nothing"),
        (lambda own: (own / UNIT).write_bytes(b"\xff"), "cannot be read"),
        (lambda own: ((own / UNIT).unlink(), (own / UNIT).symlink_to(os.devnull)), "masked"),
        (lambda own: (own.parents[2] / "booted").rmdir(), "does not run here"),
    ],
)
def test_what_no_login_would_start_is_off(
    autostart: SystemdAutostart, own: Path, spoil: object, words: str
) -> None:
    """Each part that is missing is seen, and said."""
    autostart.turn_on()
    assert callable(spoil)
    spoil(own)
    assert not autostart.read().is_on
    assert words in autostart.read().reason


def test_what_the_system_starts_for_everybody_is_masked(
    autostart: SystemdAutostart, own: Path, tmp_path: Path
) -> None:
    """The administrator's files are not ours; a person's mask covers them, and goes when it is switched on again."""
    wanted = tmp_path / "admin" / "default.target.wants" / UNIT
    wanted.parent.mkdir(parents=True)
    (tmp_path / "vendor").mkdir()
    (tmp_path / "vendor" / UNIT).write_text(unit_text([sys.executable, "agent"], {}))
    wanted.symlink_to(tmp_path / "vendor" / UNIT)
    assert autostart.read().is_on
    autostart.turn_off()
    assert (own / UNIT).readlink() == Path(os.devnull)
    assert not autostart.read().is_on
    autostart.turn_on()
    assert autostart.read().is_on


def test_it_is_said_when_it_starts(autostart: SystemdAutostart, tmp_path: Path) -> None:
    """At login, or with the machine for those who linger."""
    autostart.turn_on()
    assert "enable-linger" in autostart.read().reason
    (tmp_path / "linger").mkdir()
    (tmp_path / "linger" / "me").touch()
    assert autostart.read().reason == "It starts with the machine."


@pytest.mark.skipif(ANALYSE is None, reason="systemd-analyze is not there")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    """Its own tool finds nothing to say, however awkward the path."""
    unit = tmp_path / UNIT
    unit.write_text(unit_text([sys.executable, "我的 $x 100% \"a\" 'b' \\c;"], {"VECTRAY_HOME": "/家 $1 %h"}))
    assert ANALYSE is not None
    done = subprocess.run(
        [ANALYSE, "--user", "verify", unit],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert UNIT not in done.stderr + done.stdout
    assert done.returncode == 0
