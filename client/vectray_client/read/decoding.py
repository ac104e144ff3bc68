"""Bytes to text: which encoding a file without a label is written in.

In order: byte order mark, UTF-16 by its shape, strict UTF-8, UTF-8 with a few damaged bytes, and only then a
statistical guess. No answer ever contains a surrogate: tokenizers and databases refuse them.
"""

import codecs
import re

import chardet

HEAD_BYTES = 65_536
"""How much of a file is looked at to tell what it is."""

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Latin to Cyrillic, general punctuation, kana, Han, Hangul, full-width forms: what text mostly consists of.
_USUAL = re.compile(
    "[\t\n\f\r -~\u00a0-\u052f\u2010-\u2027\u3000-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uffef]"
)
_MIN_USUAL_SHARE = 0.95
# Two letters of ASCII side by side are a Han character if they are read as one; so is a third of the Han characters of
# real text, and nearly all of what C strings would become.
_ASCII_PAIR = re.compile(
    f"[{''.join(f'{chr(high + 0x20)}-{chr(high + 0x7E)}' for high in range(0x4E00, 0x7F00, 256))}]"
)
_MAX_ASCII_PAIR_SHARE = 0.5
_MAX_DAMAGED_SHARE = 0.1
_LINE_REACH_BYTES = 4_096


def decode(content: bytes) -> str | None:
    """The text of a file, or None if its bytes look like no text in any encoding."""
    head = content[:HEAD_BYTES]
    marked = marked_encoding(head) or utf16_without_mark(head)
    if marked:
        return content.decode(marked, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        guess = _guess(_sample(content, error.start))
    return None if guess is None else content.decode(guess, "replace")


def marked_encoding(head: bytes) -> str | None:
    """The encoding that a byte order mark names."""
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def utf16_without_mark(head: bytes) -> str | None:
    """`utf-16-le` or `utf-16-be` if `head` holds NUL bytes and reads as ordinary text in one of them."""
    if b"\0" not in head:
        return None
    share, name = max((_usual_share(head, name), name) for name in ("utf-16-be", "utf-16-le"))
    return name if share >= _MIN_USUAL_SHARE else None


def _usual_share(head: bytes, encoding: str) -> float:
    try:
        # Not final: the last character of the head may be cut in two.
        text = codecs.getincrementaldecoder(encoding)().decode(head)
    except UnicodeDecodeError:
        return 0.0
    if len(_ASCII_PAIR.findall(text)) > _MAX_ASCII_PAIR_SHARE * len(text):
        return 0.0
    return len(_USUAL.findall(text)) / len(text) if text else 0.0


def _sample(content: bytes, first_bad_byte: int) -> bytes:
    """The 64 KB around the first byte that is not UTF-8: a long English opening would tell a detector nothing."""
    reach = max(0, first_bad_byte - _LINE_REACH_BYTES)
    line_start = content.rfind(b"\n", reach, first_bad_byte) + 1
    start = line_start or reach
    return content[start : start + HEAD_BYTES]


def _guess(sample: bytes) -> str | None:
    text = sample.decode("utf-8", "replace")
    beyond_ascii = sum(character > "\x7f" for character in text)
    if text.count("\ufffd") <= beyond_ascii * _MAX_DAMAGED_SHARE:
        return "utf-8"
    name = chardet.detect(sample)["encoding"]
    if name is None:
        return None
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
