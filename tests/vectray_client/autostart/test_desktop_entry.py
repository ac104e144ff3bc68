import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.autostart.desktop_entry import (
    GROUP,
    BadEntry,
    entry_text,
    exec_line,
    read_entry,
    words_of,
)

GIO = shutil.which("gio")
KEYS = st.text("ABCabc-", min_size=1, max_size=9)
WORDS = st.text(
    st.one_of(
        st.sampled_from("\"'`$\\%=; \n\t\r文"), st.characters(blacklist_categories=["Cs"], min_codepoint=1)
    ),
    min_size=1,
)
AWKWARD = [
    "a b",
    "100%",
    "%u",
    "$HOME",
    "`id`",
    'say "yes"',
    "back\\slash",
    "我的 文档",
    "it's",
    "~",
    "#;&|<>*?()",
]


def as_the_specification_reads(line: str) -> list[str]:
    """The arguments of an `Exec` line letter by letter, as the specification's chapter on that key tells it."""
    words, word, is_quoted, letters = [], None, False, iter(line)
    for letter in letters:
        if letter == '"':
            is_quoted, word = not is_quoted, word or ""
        elif letter == " " and not is_quoted:
            words += [] if word is None else [word]
            word = None
        elif letter == "%":
            assert next(letters) == "%"
            word = (word or "") + "%"
        else:
            word = (word or "") + (next(letters) if is_quoted and letter == "\\" else letter)
    return words if word is None else [*words, word]


@given(st.lists(WORDS, min_size=1))
def test_the_words_that_are_written_are_those_that_are_started(words: list[str]) -> None:
    """Whatever a path holds, desktops that keep to the specification start it, and so do we read it."""
    text = entry_text({GROUP: {"Type": "Application", "Exec": exec_line(words)}})
    line = read_entry(text)["Exec"]
    assert as_the_specification_reads(line) == words
    assert list(words_of(line)) == words


@given(st.dictionaries(KEYS, WORDS, min_size=1))
def test_values_are_read_as_they_were_written(keys: dict[str, str]) -> None:
    """A value is one line, wherever it breaks or begins."""
    text = entry_text({GROUP: keys})
    assert len(text.split("\n")) == len(keys) + 2
    assert read_entry(text) == keys


def test_only_the_main_group_is_read() -> None:
    """Comments, other groups and what stands above all groups are somebody else's."""
    text = "Exec=no\n[Desktop Entry]\n# Exec=no\nExec = yes %U\nExec=twice\nno key\n[Desktop Action a]\nExec=no\n"
    assert read_entry(text) == {"Exec": "yes %U"}
    assert list(words_of("yes %U --at=%k")) == ["yes", "--at="]


@pytest.mark.parametrize("text", ["", "words", "[Other]\nExec=a\n"])
def test_what_is_no_entry_is_said_to_be_none(text: str) -> None:
    """A damaged file is no empty one."""
    with pytest.raises(BadEntry):
        read_entry(text)


def test_quotes_that_do_not_end_are_no_command() -> None:
    """Nobody guesses what was meant."""
    with pytest.raises(BadEntry):
        words_of('"a b')


@pytest.mark.skipif(GIO is None, reason="gio, of GLib, is not there")
def test_a_desktop_starts_it(tmp_path: Path) -> None:
    """GLib, by which GNOME, XFCE and others start programs, hands over the very words."""
    notes = tmp_path / "started"
    program = "import json, os, sys; open('n.new', 'w').write(json.dumps(sys.argv[1:])); os.rename('n.new', sys.argv[1])"
    entry = tmp_path / "a.desktop"
    words = [sys.executable, "-c", program, str(notes), *AWKWARD]
    entry.write_text(entry_text({GROUP: {"Type": "Application", "Name": "a", "Exec": exec_line(words)}}))
    assert GIO is not None
    subprocess.run([GIO, "launch", entry], cwd=tmp_path, check=True, timeout=30)
    until = time.monotonic() + 20
    while not notes.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert json.loads(notes.read_text()) == [str(notes), *AWKWARD]
