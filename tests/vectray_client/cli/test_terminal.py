import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from vectray_client.cli.terminal import print_json, printable, say

ANY_TEXT = st.text(st.characters(codec=None))
"""Halves of surrogate pairs included."""


@given(ANY_TEXT)
def test_what_is_printed_commands_no_terminal(text: str) -> None:
    """No control, no line's end, no turned direction and nothing that UTF-8 cannot hold comes through."""
    shown = printable(text)
    shown.encode()
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown)
    assert len(shown.splitlines()) <= 1
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067")
    assert cell_len(shown) >= 0


@given(st.text(st.characters(categories=["L", "N", "P", "S"])))
def test_ordinary_text_is_printed_as_it_is(text: str) -> None:
    """Letters, figures and signs of any script are no danger."""
    assert printable(text) == text


def test_controls_are_spelt_out() -> None:
    """What is hidden is shown, so that a name can still be told from another."""
    assert printable("a\x1b[2Jb\nc\x9b\udcff\u202e") == "a\\x1b[2Jb\\nc\\x9b\\udcff\\u202e"


def test_a_message_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever a name within it holds."""
    say("folder\nvectray: all is well")
    assert capsys.readouterr() == ("", "vectray: folder\\nvectray: all is well\n")


@given(ANY_TEXT)
def test_json_keeps_every_text(text: str) -> None:
    """A program reads back what was meant, from any stream."""
    capture = pytest.MonkeyPatch()
    with capture.context() as patched:
        stream = _Stream()
        patched.setattr("sys.stdout", stream)
        print_json({"text": text})
    assert json.loads(stream.taken) == {"text": text}


class _Stream:
    """A stream that takes ASCII only."""

    encoding = "ascii"
    taken = ""

    def write(self, text: str) -> int:
        """Take a text."""
        self.taken += text.encode("ascii", "backslashreplace").decode("ascii")
        return len(text)
