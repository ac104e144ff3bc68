"""Which vector belongs to a text: the name under which the index keeps it."""

import hashlib


def vector_key(fingerprint: str, text: str) -> bytes:
    """32 bytes that are equal only for the same text embedded by the same model.

    SHA-256 of the model's fingerprint and the embedded text as UTF-8, the first preceded by its length, so that no two
    pairs run together into the same bytes.
    """
    space = fingerprint.encode()
    return hashlib.sha256(len(space).to_bytes(8, "little") + space + text.encode()).digest()
