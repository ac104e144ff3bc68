import json
import os
import stat
import threading
from pathlib import Path

import pytest

from vectray_client.preferences.choices import SETTINGS, Colours, Preferences, WrongChoice
from vectray_client.preferences.kept import NotKept, keep_preferences, read_preferences
from vectray_client.speaking.language import Language


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the settings of nobody are, in a folder that is not there yet."""
    return tmp_path / "config" / "preferences.json"


def test_what_is_kept_is_read(file: Path) -> None:
    """One program sets something, the next one knows it; other settings stay."""
    assert read_preferences(file) == Preferences()
    keep_preferences(file, {"language": "zh"})
    kept = keep_preferences(file, {"colours": "dark"})
    assert kept == read_preferences(file) == Preferences(language=Language.ZH, colours=Colours.DARK)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (file, file.parent)] == [0o600, 0o700]
    assert {path.name for path in file.parent.iterdir()} <= {"preferences.json", "preferences.json.lock"}


def test_what_another_release_keeps_stays(file: Path) -> None:
    """Setting one thing leaves alone what this release does not know."""
    file.parent.mkdir()
    file.write_text('{"future": {"a": [1]}, "colours": "sepia"}', "utf-8")
    keep_preferences(file, {"language": "en"})
    assert json.loads(file.read_bytes()) == {"future": {"a": [1]}, "colours": "sepia", "language": "en"}


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'"' + b"x" * 100_001 + b'"', b"[" * 90_000]
)
def test_a_damaged_file_stops_nobody(file: Path, content: bytes) -> None:
    """What cannot be understood is told in one sentence, and is set aside when something is set."""
    file.parent.mkdir()
    file.write_bytes(content)
    found = read_preferences(file)
    assert found == Preferences(fault=found.fault)
    assert found.fault.startswith("The settings in preferences.json cannot be read, so nothing is set: it is")
    assert keep_preferences(file, {"colours": "light"}) == Preferences(colours=Colours.LIGHT)
    assert file.with_name("preferences.json.damaged").read_bytes() == content


def test_a_folder_in_its_place_is_told(file: Path) -> None:
    """What cannot be read at all is told as well."""
    file.mkdir(parents=True)
    assert "cannot be read" in read_preferences(file).fault


def test_nothing_is_written_of_a_wrong_choice(file: Path) -> None:
    """What is refused leaves no trace."""
    with pytest.raises(WrongChoice):
        keep_preferences(file, {"colours": "dark", "language": "fr"})
    assert not file.parent.exists()


def test_no_writer_loses_what_another_keeps(file: Path) -> None:
    """All settings that are set at the same moment hold afterwards."""
    words = {name: choices[-1] for name, choices in SETTINGS.items()}
    start = threading.Barrier(len(words))

    def keep(name: str, word: str) -> None:
        start.wait()
        keep_preferences(file, {name: word})

    threads = [threading.Thread(target=keep, args=each) for each in words.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read_preferences(file).words() == words


@pytest.mark.skipif(os.name != "posix", reason="the folder's mode means nothing there")
def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A place where no folder can be is told in one sentence."""
    (tmp_path / "config").write_text("in the way", "utf-8")
    with pytest.raises(NotKept, match="The settings cannot be kept: "):
        keep_preferences(tmp_path / "config" / "preferences.json", {"colours": "dark"})
