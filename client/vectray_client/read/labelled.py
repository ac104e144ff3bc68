"""Text whose encoding somebody declared. A declaration often outlives a change of encoding, and some name none at all."""

import codecs
import re

from vectray_client.read.decoding import decode, marked_encoding

# The HTML Standard looks for a declaration in the first 1,024 bytes: https://html.spec.whatwg.org/#determining-the-character-encoding
_DECLARATION_REACH_BYTES = 1_024
_DECLARED = re.compile(
    rb"<(?:meta|\?xml)[^<>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
# Labels that mean more in practice than they say: https://encoding.spec.whatwg.org/#names-and-labels
_SUPERSETS = {
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
# Python's other codecs are no text's encoding, and some of them can be made slow or yield surrogates.
_TEXT_ENCODING = re.compile(r"(iso8859|iso2022|cp|gb|big5|euc|shift|koi8|mac|tis|johab|hz|utf-8)")


def label_in_markup(content: bytes) -> str | None:
    """The encoding that a page or an XML file declares in itself, if any."""
    declaration = _DECLARED.search(content[:_DECLARATION_REACH_BYTES])
    return declaration[1].decode("ascii", "replace") if declaration else None


def decode_labelled(content: bytes, label: str | None) -> str | None:
    """The text; None for bytes that look like none. A byte order mark and valid UTF-8 beyond ASCII are proofs."""
    declared = _codec(label) if label else None
    if declared is None or declared.startswith("utf-8") or marked_encoding(content):
        return decode(content)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode(declared, "replace")
    return content.decode(declared, "replace") if text.isascii() else text


def _codec(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):  # ValueError: a NUL in it
        return None
    if name == "ascii":  # what programs say that do not know; anything beyond it proves them wrong
        return None
    name = _SUPERSETS.get(name, name)
    return name if _TEXT_ENCODING.match(name) else None
