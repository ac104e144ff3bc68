"""HTML: decoded by ourselves, parsed by Lexbor, read block by block."""

import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.assembly import Piece, assembled, first_heading, one_line, row_pieces
from vectray_client.read.labelled import decode_labelled, label_in_markup
from vectray_client.read.normalise import normalise
from vectray_client.read.refusals import BINARY

# Deeper than any page is meant to be. Lexbor's time and memory grow with the square of the depth: 300,000 open <div>
# take minutes, 3,000 open <b> with different attributes 1.6 GB.
_MAX_OPEN_TAGS = 1_000
_NESTING_TAG = re.compile(
    r"<(/?)(address|article|aside|blockquote|center|details|dialog|dir|div|dl|fieldset|figure|footer|form|header|main"
    r"|menu|nav|ol|pre|section|table|ul|a|b|big|code|em|font|i|nobr|s|small|span|strike|strong|tt|u)(?![\w-])",
    re.IGNORECASE,
)
_UNSEEN_MARKUP = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")

_UNSEEN_TAGS = "head script style noscript template svg math iframe object canvas audio video"
_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol option p pre section summary table tbody td
    textarea tfoot th thead tr ul"""
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SPACE_RUN = re.compile(r" {2,}")
_SPACES_AROUND_LINE_END = re.compile(r" ?\n ?")


def extract_webpage(content: bytes) -> Extracted | Refusal:
    """What a person reads on the page, with its headings. The title is the first `h1`, else `<title>`."""
    markup = decode_labelled(content, label_in_markup(content))
    if markup is None:
        return BINARY
    pieces, title = page_pieces(markup)
    return assembled(pieces, title=first_heading(pieces) or title)


def page_pieces(markup: str) -> tuple[list[Piece], str]:
    """The blocks of a page, and the `<title>` in its head."""
    if _is_too_deep(markup):
        return [Piece(line) for line in _lines_without_tags(markup)], ""
    tree = LexborHTMLParser(markup, options=LexborDocumentOptions.WO_EVENTS)
    page = _Page()
    if tree.root is not None:
        _read(tree.root, page)
    title = tree.css_first("head > title")
    return page.pieces(), one_line(normalise(title.text())) if title else ""


def _is_too_deep(markup: str) -> bool:
    open_tags = Counter[str]()
    depth = 0
    for found in _NESTING_TAG.finditer(markup):
        tag = found[2].lower()
        if not found[1]:
            open_tags[tag] += 1
            depth += 1
        elif open_tags[tag]:
            open_tags[tag] -= 1
            depth -= 1
        if depth > _MAX_OPEN_TAGS:
            return True
    return False


def _lines_without_tags(markup: str) -> Iterator[str]:
    text = normalise(html.unescape(_TAG.sub("\n", _UNSEEN_MARKUP.sub(" ", markup))))
    return (line.strip() for line in text.split("\n") if line.strip())


def _read(root: LexborNode, page: "_Page") -> None:
    """Walk the tree without recursion: it may be deeper than Python's stack."""
    node: LexborNode | None = root
    above: list[str] = []
    while node is not None:
        tag = node.tag or ""
        if tag not in _UNSEEN:
            page.enter(tag, node)
            if node.first_child is not None:
                above.append(tag)
                node = node.first_child
                continue
            page.leave(tag)
        following = node.next
        while following is None and above and node.parent is not None:
            node = node.parent
            page.leave(above.pop())
            following = node.next if above else None
        node = following


class _Page:
    """The blocks of a page as the walk meets them."""

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._parts: list[str] = []
        self._heading_level = 0
        self._open_pre = 0
        # How many pieces there were when each cell of each open row began.
        self._open_rows: list[list[int]] = []

    def enter(self, tag: str, node: LexborNode) -> None:
        if tag == "-text":
            text = node.text_content or ""
            self._parts.append(text if self._open_pre else _SPACES.sub(" ", text))
        elif tag == "br":
            self._parts.append("\n")
        elif tag in _BLOCKS:
            self._flush()
            self._heading_level = _LEVELS.get(tag, self._heading_level)
            self._open_pre += tag == "pre"
            if tag == "tr":
                self._open_rows.append([])
            elif tag in ("td", "th") and self._open_rows:
                self._open_rows[-1].append(len(self._pieces))

    def leave(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._flush()
            self._heading_level = 0 if tag in _LEVELS else self._heading_level
            self._open_pre -= tag == "pre"
            if tag == "tr":
                self._close_row(self._open_rows.pop())

    def pieces(self) -> list[Piece]:
        self._flush()
        return self._pieces

    def _close_row(self, starts: Sequence[int]) -> None:
        if starts:
            cells = [self._pieces[start:end] for start, end in pairwise([*starts, len(self._pieces)])]
            self._pieces[starts[0] :] = row_pieces(cells)

    def _flush(self) -> None:
        if not self._parts:
            return
        text = "".join(self._parts)
        self._parts = []
        if not self._open_pre:
            text = _SPACES_AROUND_LINE_END.sub("\n", _SPACE_RUN.sub(" ", text)).strip()
        if text.strip():
            self._pieces.append(Piece(text, level=self._heading_level, is_code=self._open_pre > 0))
