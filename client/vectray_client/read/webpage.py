"""HTML: decoded by ourselves, parsed by Lexbor, read block by block."""

import codecs
import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from vectray_client.domain import Block, Extracted, Refusal
from vectray_client.read.decoding import decode, marked_encoding
from vectray_client.read.normalise import normalise
from vectray_client.read.refusals import BINARY

# The HTML Standard looks for a declaration in the first 1,024 bytes: https://html.spec.whatwg.org/#determining-the-character-encoding
_DECLARATION_REACH_BYTES = 1_024
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^<>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
# Labels that mean more in practice than they say: https://encoding.spec.whatwg.org/#names-and-labels
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Python's other codecs are no page's encoding, and some of them can be made slow or yield surrogates.
_PAGE_ENCODING = re.compile(r"(iso8859|iso2022|cp|gb|big5|euc|shift|koi8|mac|tis|johab|hz|utf-8)")

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
    footer form h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol option p pre section summary table tbody
    textarea tfoot thead tr ul"""
_UNSEEN = frozenset(_UNSEEN_TAGS.split())
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_BLANK_LINE = "\n\n"
_LEVELS = {f"h{level}": level for level in range(1, 7)}
_SPACES = re.compile(r"[ \t\n\r\f]+")
_SPACE_RUN = re.compile(r" {2,}")
_SPACES_AROUND_LINE_END = re.compile(r" ?\n ?")


def extract_webpage(content: bytes) -> Extracted | Refusal:
    """What a person reads on the page, with its headings. The title is the first `h1`, else `<title>`."""
    markup = _decode(content)
    if markup is None:
        return BINARY
    if _is_too_deep(markup):
        return _laid_out([(line, 0, False) for line in _lines_without_tags(markup)], title="")
    tree = LexborHTMLParser(markup, options=LexborDocumentOptions.WO_EVENTS)
    page = _Page()
    if tree.root is not None:
        _read(tree.root, page)
    title = tree.css_first("head > title")
    return page.extracted(page_title=" ".join(normalise(title.text()).split()) if title else "")


def _decode(content: bytes) -> str | None:
    """A mark in the bytes and valid UTF-8 beyond ASCII are proofs; a declaration often outlives a change of encoding."""
    declared = _declared_encoding(content[:_DECLARATION_REACH_BYTES])
    if declared is None or declared.startswith("utf-8") or marked_encoding(content):
        return decode(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(declared, "replace")
    return content.decode(declared, "replace") if text.isascii() else text


def _declared_encoding(head: bytes) -> str | None:
    declaration = _DECLARED.search(head)
    if declaration is None:
        return None
    try:
        name = codecs.lookup(declaration[1].decode("ascii", "replace")).name
    except LookupError:
        return None
    name = _SUPERSETS.get(name, name)
    return name if _PAGE_ENCODING.match(name) else None


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


def _laid_out(blocks: Sequence[tuple[str, int, bool]], *, title: str) -> Extracted:
    """Text, heading level and whether it is code, for each block; a blank line goes between them."""
    starts = accumulate((len(text) + len(_BLANK_LINE) for text, _, _ in blocks), initial=0)
    return Extracted(
        text=_BLANK_LINE.join(text for text, _, _ in blocks),
        blocks=tuple(
            Block(start=start, end=start + len(text), heading_level=level, is_code=is_code)
            for start, (text, level, is_code) in zip(starts, blocks, strict=False)
        ),
        title=title,
    )


def _read(root: LexborNode, page: "_Page") -> None:
    """Walk the tree without recursion: it may be deeper than Python's stack."""
    node: LexborNode | None = root
    while node is not None:
        entered = node.tag not in _UNSEEN
        if entered:
            page.enter(node)
        if entered and node.first_child is not None:
            node = node.first_child
            continue
        if entered:
            page.leave(node)
        while node.next is None:
            node = node.parent
            if node is None or node.mem_id == root.mem_id:
                return
            page.leave(node)
        node = node.next


class _Page:
    """The blocks of a page as the walk meets them."""

    def __init__(self) -> None:
        self._blocks: list[tuple[str, int, bool]] = []
        self._parts: list[str] = []
        self._has_text = False
        self._heading_level = 0
        self._open_pre = 0

    def enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._add(node.text_content or "")
        elif tag == "br":
            self._parts.append("\n")
        elif tag in ("td", "th") and self._has_text:
            self._parts.append(" | ")
        elif tag in _BLOCKS:
            self._flush()
            self._heading_level = _LEVELS.get(tag, self._heading_level)
            self._open_pre += tag == "pre"

    def leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _BLOCKS:
            self._flush()
            self._heading_level = 0 if tag in _LEVELS else self._heading_level
            self._open_pre -= tag == "pre"

    def extracted(self, *, page_title: str) -> Extracted:
        self._flush()
        first_h1 = next((text for text, level, _ in self._blocks if level == 1), "")
        return _laid_out(self._blocks, title=" ".join(first_h1.split()) or page_title)

    def _add(self, text: str) -> None:
        self._parts.append(text if self._open_pre else _SPACES.sub(" ", text))
        self._has_text = self._has_text or not text.isspace()

    def _flush(self) -> None:
        text = normalise("".join(self._parts))
        self._parts = []
        self._has_text = False
        if not self._open_pre:
            text = _SPACES_AROUND_LINE_END.sub("\n", _SPACE_RUN.sub(" ", text)).strip()
        if text.strip():
            self._blocks.append((text, self._heading_level, self._open_pre > 0))
