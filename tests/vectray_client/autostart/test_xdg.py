import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from vectray_client.autostart.desktop_entry import GROUP, entry_text, read_entry, words_of
from vectray_client.autostart.standing import NotPossible
from vectray_client.autostart.xdg import FILE_NAME, XdgAutostart, own_entry

VALIDATE = shutil.which("desktop-file-validate")
GONE = "/nowhere/vectray"
RUNS = {"Type": "Application", "Exec": f'"{sys.executable}" -m vectray_client tray --background'}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The person's own file, which is not there yet."""
    return tmp_path / "own" / "autostart" / FILE_NAME


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """The file of the system's second folder, likewise."""
    return tmp_path / "system" / "autostart" / FILE_NAME


@pytest.fixture
def autostart(tmp_path: Path) -> XdgAutostart:
    """A desktop whose folders are empty."""
    return XdgAutostart(
        environment={
            "XDG_CONFIG_HOME": str(tmp_path / "own"),
            "XDG_CONFIG_DIRS": f"{tmp_path / 'first'}:{tmp_path / 'system'}",
            "XDG_CURRENT_DESKTOP": "ubuntu:GNOME",
        }
    )


def put(file: Path, **keys: str) -> None:
    """Write an entry that would start, but for these keys."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(entry_text({GROUP: {**RUNS, **keys}}))


def test_nothing_starts_unless_asked(autostart: XdgAutostart, own: Path) -> None:
    """Without a file it is off, there is nothing to explain, and looking makes none."""
    standing = autostart.read()
    assert (standing.is_on, standing.reason, standing.place) == (False, "", str(own))
    assert not own.parent.exists()


def test_on_and_off_are_what_the_system_has(autostart: XdgAutostart, own: Path) -> None:
    """Switching on writes one file, which starts this very Python; switching off removes it, and may be said twice."""
    autostart.turn_on()
    standing = autostart.read()
    assert (standing.is_on, standing.reason, standing.place) == (True, "", str(own))
    assert standing.command == (sys.executable, "-P", "-m", "vectray_client", "tray", "--background")
    assert [path.name for path in own.parent.iterdir()] == [FILE_NAME]
    autostart.turn_off()
    autostart.turn_off()
    assert not autostart.read().is_on
    assert not own.exists()


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"Hidden": "true"}, "Hidden"),
        ({"X-GNOME-Autostart-enabled": "false"}, "X-GNOME"),
        ({"Exec": GONE}, GONE),
        ({"Exec": f"env A=b {GONE} tray"}, GONE),
        ({"Exec": ""}, "nothing"),
        ({"Exec": '"unended'}, "quotes"),
        ({"TryExec": GONE}, GONE),
        ({"OnlyShowIn": "KDE;XFCE;"}, "other desktops"),
        ({"NotShowIn": "GNOME;"}, "other desktops"),
        ({"Type": "Link"}, "nothing"),
    ],
)
def test_what_no_desktop_would_start_is_off(
    autostart: XdgAutostart, own: Path, keys: dict[str, str], words: str
) -> None:
    """A file is not enough; why it does not count is said, and switching on mends it."""
    put(own, **keys)
    standing = autostart.read()
    assert not standing.is_on
    assert words in standing.reason
    autostart.turn_on()
    assert autostart.read().is_on


@pytest.mark.parametrize(
    "keys", [{}, {"OnlyShowIn": "GNOME;"}, {"TryExec": sys.executable, "Hidden": "false"}]
)
def test_what_a_desktop_would_start_is_on(autostart: XdgAutostart, own: Path, keys: dict[str, str]) -> None:
    """Also where somebody else has written it."""
    put(own, **keys)
    assert autostart.read().is_on


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[Other]\n"])
def test_a_damaged_file_starts_nothing(autostart: XdgAutostart, own: Path, content: bytes) -> None:
    """It is off, with a reason, and no error."""
    own.parent.mkdir(parents=True)
    own.write_bytes(content)
    assert autostart.read().reason
    assert not autostart.read().is_on


def test_the_systems_file_counts_until_a_person_hides_it(
    autostart: XdgAutostart, own: Path, system: Path
) -> None:
    """It is not ours to remove: a hidden copy covers it, and switching on covers that."""
    put(system)
    assert autostart.read().place == str(system)
    assert autostart.read().is_on
    autostart.turn_off()
    assert (autostart.read().is_on, autostart.read().place) == (False, str(own))
    assert system.exists()
    autostart.turn_on()
    assert autostart.read().is_on


def test_a_link_is_replaced_and_not_followed(autostart: XdgAutostart, own: Path, tmp_path: Path) -> None:
    """What a person keeps elsewhere stays as it is; a link that leads nowhere is off."""
    own.parent.mkdir(parents=True)
    own.symlink_to(tmp_path / "dotfiles")
    assert not autostart.read().is_on
    (tmp_path / "dotfiles").write_text("theirs")
    autostart.turn_on()
    assert (tmp_path / "dotfiles").read_text() == "theirs"
    assert stat.S_ISREG(own.lstat().st_mode)


def test_the_place_of_everything_is_kept(autostart: XdgAutostart, tmp_path: Path) -> None:
    """Who keeps Vectray elsewhere finds it there after the next login."""
    home = str(tmp_path / "我的 $HOME 100%")
    moved = XdgAutostart(environment={**autostart.environment, "VECTRAY_HOME": home})
    moved.turn_on()
    assert moved.read().is_on
    assert moved.read().command[:2] == ("env", f"VECTRAY_HOME={home}")


@pytest.mark.skipif(VALIDATE is None, reason="desktop-file-validate is not there")
def test_what_is_written_is_valid(tmp_path: Path) -> None:
    """The tool of freedesktop.org has nothing to say, however awkward the path; hiding is said by the rules, too."""
    program = '/opt/我的 "Python" $x `y` 100%\\/python'
    file = tmp_path / FILE_NAME
    file.write_text(own_entry([program, "tray"], {"VECTRAY_HOME": "/家 1"}), "utf-8")
    assert VALIDATE is not None
    checked = subprocess.run([VALIDATE, file], capture_output=True, check=False, timeout=30)
    assert checked.stdout == b""
    assert list(words_of(read_entry(file.read_text("utf-8"))["Exec"]))[2:] == [program, "tray"]


def test_what_env_would_take_for_a_variable_is_refused() -> None:
    """It is said now, and not found out at the next login."""
    with pytest.raises(NotPossible):
        own_entry(["/opt/a=b/python", "tray"], {"VECTRAY_HOME": "/x"})
