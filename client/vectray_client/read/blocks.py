"""Lines to blocks: where the headings, paragraphs and runs of code of a text begin and end."""

import re
from collections.abc import Iterator, Sequence

from vectray_client.domain import Block

# https://spec.commonmark.org/0.31.2/: ATX headings 4.2, setext headings 4.3, fenced code 4.5.
_ATX = re.compile(r" {0,3}(#{1,6})[ \t]+\S")
_SETEXT = re.compile(r" {0,3}(?:(=+)|-+)[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_FRONT_MATTER = re.compile(r"---[ \t]*\n(?=[\w-]+[ \t]*:)(?:.*\n)*?(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_SENTENCE_END = re.compile(r"[.!?。！？：:；…][\"'”’」』）)]*\s*$")
_SENTENCE_END_REACH = 16  # characters; a line may be as long as its file
_HEADING_REACH = 1_000  # characters; no heading worth showing is longer
_DECORATOR = re.compile(r"@\w|#\[|\[\[")
_DEFINITION = re.compile(
    r"(?:(?:export|default|pub(?:\(\w+\))?|public|private|protected|internal|static|final|abstract|async|unsafe|inline"
    r"|extern|const|data|sealed|open|override|virtual|create|or|replace)\s+)*"
    r"(?:def|class|func|fun|fn|function|sub|proc|struct|enum|union|impl|trait|interface|protocol|extension|type|typedef"
    r"|module|namespace|object|record|message|service|rpc|macro_rules!|table|view|procedure|resource|template)\b",
    re.IGNORECASE,
)
_ATX_MARKS = re.compile(r"^\s*#{1,6}[ \t]+|[ \t]+#+[ \t]*$")
_SETEXT_LINE = re.compile(r"\n {0,3}(?:=+|-+)[ \t]*$")


def markdown_blocks(text: str) -> tuple[Block, ...]:
    """Headings of both kinds, fenced code, front matter as one block of code, and what blank lines part."""
    scan = _Scan()
    front = _FRONT_MATTER.match(text)
    if front:
        scan.extend(0, len(front[0].rstrip()), is_code=True)
        scan.close()
    fence = ""
    for start, end in _lines(text, front.end() if front else 0):
        line = text[start:end]
        if fence:
            scan.extend(start, end, is_code=True)
            if _closes(line, fence):
                fence = ""
                scan.close()
        elif mark := _FENCE.match(line):
            fence = mark[1]
            scan.close()
            scan.extend(start, end, is_code=True)
        elif heading := _ATX.match(line):
            scan.close()
            scan.extend(start, end)
            scan.close(heading_level=len(heading[1]))
        elif scan.lines == 1 and (underline := _SETEXT.match(line)):
            scan.extend(start, end)
            scan.close(heading_level=1 if underline[1] else 2)
        elif line.strip():
            scan.extend(start, end)
        else:
            scan.close()
    scan.close()
    return tuple(scan.blocks)


def plain_blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs end at a blank line, and at a line that ends a sentence: many texts never leave a line blank."""
    scan = _Scan()
    for start, end in _lines(text):
        line = text[start:end]
        if line.strip():
            scan.extend(start, end)
        if not line.strip() or _SENTENCE_END.search(line[-_SENTENCE_END_REACH:]):
            scan.close()
    scan.close()
    return tuple(scan.blocks)


def code_blocks(text: str) -> tuple[Block, ...]:
    """Blank lines part blocks, and so does a definition that starts in the first column, its decorators included."""
    scan = _Scan()
    after_decorator = False
    for start, end in _lines(text):
        line = text[start:end]
        decorates = _DECORATOR.match(line) is not None
        if not line.strip() or ((decorates or _DEFINITION.match(line)) and not after_decorator):
            scan.close()
        if line.strip():
            scan.extend(start, end, is_code=True)
        after_decorator = decorates
    scan.close()
    return tuple(scan.blocks)


def title_of(text: str, blocks: Sequence[Block]) -> str:
    """The first heading of level 1, or nothing."""
    return next((heading_text(text[b.start : b.end]) for b in blocks if b.heading_level == 1), "")


def heading_text(raw: str) -> str:
    """A heading without its marks, on one line."""
    return " ".join(_ATX_MARKS.sub("", _SETEXT_LINE.sub("", raw[:_HEADING_REACH])).split())


def _closes(line: str, fence: str) -> bool:
    mark = line.strip()
    return len(mark) >= len(fence) and mark == fence[0] * len(mark)


def _lines(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Start and end of each line, without its line feed."""
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield start, end
        start = end + 1


class _Scan:
    """The blocks found so far, and the one that is still growing."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.lines = 0
        self._start = self._end = 0
        self._is_code = False

    def extend(self, start: int, end: int, *, is_code: bool = False) -> None:
        if not self.lines:
            self._start = start
            self._is_code = is_code
        self._end = end
        self.lines += 1

    def close(self, *, heading_level: int = 0) -> None:
        if self.lines:
            self.blocks.append(
                Block(start=self._start, end=self._end, heading_level=heading_level, is_code=self._is_code)
            )
        self.lines = 0
