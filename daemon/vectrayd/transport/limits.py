"""How much one call may ask for. Checked before any of it is worked on."""

from collections.abc import Sequence

from vectrayd.domain.errors import InvalidOption
from vectrayd.transport import wire

MOST_TOKENIZED_BYTES = 1024 * 1024
"""Of one call: half a second of the tokenizer, for which somebody else's text may have to wait."""
_MOST_ESTIMATED = 10**15
"""Texts, or bytes of them: more than anybody has, and few enough that a number of tokens fits its field."""


def check_count(count: int) -> None:
    """Refuse a message with more than `wire.MOST_TEXTS` texts, by InvalidOption."""
    if count > wire.MOST_TEXTS:
        raise InvalidOption(
            f"One message takes {wire.MOST_TEXTS} texts, this one has {count}; streams take any number of messages."
        )


def check_tokenized(texts: Sequence[str]) -> None:
    """Refuse texts that are too many, or too long together, for one call of the tokenizer, by InvalidOption."""
    check_count(len(texts))
    size_bytes = sum(map(wire.size_bytes, texts))
    if size_bytes > MOST_TOKENIZED_BYTES:
        raise InvalidOption(
            f"One call tokenizes {MOST_TOKENIZED_BYTES} bytes of text, this one has {size_bytes}."
        )


def check_estimated(texts: int, size_bytes: int) -> None:
    """Refuse an amount of work that nobody has, by InvalidOption."""
    if max(texts, size_bytes) > _MOST_ESTIMATED:
        raise InvalidOption(f"An estimate takes up to {_MOST_ESTIMATED} texts and bytes.")
