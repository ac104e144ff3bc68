import io
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text
from tests.vectray_client.cli.hits import FULL, PLAIN

from vectray_client.cli.hits_shown import marked, show_hits
from vectray_client.domain import Chunk, FileType, FoundPassage, Highlight, Leg

LINES = """\
1. /文档/a b.md:7
   Sea › Tides
   The tide rises.
   1  Ebb.
   Found by the word “tide”.  meaning 0.812 words 7.2  2023-11-14
   also /copies/0.md, /copies/1.md, /copies/2.md and 2 more

"""


class Terminal(io.StringIO):
    """What a terminal would be sent."""

    def isatty(self) -> bool:
        return True


def test_without_a_terminal_it_is_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Whole paths, nothing broken, no escapes: `grep` may read them."""
    show_hits([FULL])
    assert capsys.readouterr().out == LINES


@pytest.mark.parametrize("no_color", ["", "1"])
def test_on_a_terminal_words_are_bold_and_meaning_underlined(
    monkeypatch: pytest.MonkeyPatch, no_color: str
) -> None:
    """Both are seen where they lie in each other, and without colours, too; the name opens the file."""
    terminal = Terminal()
    for name, value in (("NO_COLOR", no_color), ("TERM", "xterm"), ("COLUMNS", "40")):
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", terminal)
    show_hits([replace(PLAIN, path="/home/anna/" + "很长的名字/" * 9 + "a b.md")])
    sent = terminal.getvalue()
    bold = "1;4" if no_color else "1;4;33"
    assert f"\x1b[4mThe \x1b[0m\x1b[{bold}mtide\x1b[0m\x1b[4m rises.\x1b[0m" in sent
    assert ("\x1b[36m" in sent) != bool(no_color)
    assert "file:///home/anna/%E5%BE%88" in sent
    assert "…" in sent.splitlines()[0]


@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.sampled_from(Leg)), max_size=6),
)
def test_marking_changes_nothing_but_what_would_command_the_terminal(
    text: str, marks: list[tuple[int, int, Leg]]
) -> None:
    """Marks may lie in each other, and a file's text cannot move the cursor."""
    inside = [
        Highlight(min(start, end), max(start, end), leg)
        for start, end, leg in marks
        if max(start, end) <= len(text)
    ]
    shown = marked(text, inside).plain
    assert "\x1b" not in shown
    assert "\n" not in shown
    if text.isprintable():
        assert shown == text


@pytest.mark.parametrize(
    ("chunk", "file_type", "place"),
    [
        (Chunk(text="t", start=0, end=1, page=3), FileType.PDF, " page 3"),
        (Chunk(text="t", start=0, end=1, line=3), FileType.CODE, ":3"),
        (Chunk(text="t", start=0, end=1, line=3), FileType.DOCX, ""),
        (Chunk(text="t", start=0, end=1, line=3, cell="S!A1"), FileType.XLSX, " S!A1"),
    ],
)
def test_a_place_is_said_as_its_program_would(
    capsys: pytest.CaptureFixture[str], chunk: Chunk, file_type: FileType, place: str
) -> None:
    """A line of extracted text is nowhere to go to."""
    show_hits([replace(PLAIN, best=FoundPassage(chunk=chunk), file_type=file_type)])
    assert capsys.readouterr().out.splitlines()[0] == f"1. /文档/a b.md{place}"


def test_nothing_is_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chinese counts double."""
    terminal = Terminal()
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr(sys, "stdout", terminal)
    wide = replace(FULL, best=FoundPassage(chunk=Chunk(text="潮" * 200, start=0, end=200, line=1)))
    show_hits([wide])
    for line in terminal.getvalue().splitlines():
        assert Text.from_ansi(line).cell_len <= 30
