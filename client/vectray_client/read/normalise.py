"""The one form in which text is cut, hashed, embedded and searched."""

import re
import unicodedata

# NUL and lone surrogates are refused further on; a byte order mark in mid-text is a leftover of files joined.
_UNWANTED = re.compile("[\0\ud800-\udfff\ufeff]")


def normalise(text: str) -> str:
    """`text` in NFC, with line feeds alone as line ends, without NUL, lone surrogates and byte order marks."""
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", unified))
