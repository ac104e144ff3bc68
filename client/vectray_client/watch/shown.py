"""Names that people can read and an index can hold."""

import os
from unicodedata import normalize


def is_unicode(name: str) -> bool:
    """False for a name or path in which `os.fsdecode` had to hide bytes as surrogates."""
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def for_people(path: str) -> str:
    """A path as it can be stored and shown: composed characters, and bytes that are no Unicode written out."""
    return normalize("NFC", os.fsencode(path).decode(errors="backslashreplace"))
