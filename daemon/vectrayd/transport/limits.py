"""How much one call may ask for, whatever door it comes through. Checked before any of it is worked on."""

from collections.abc import Sequence

from vectrayd.domain.errors import InvalidOption, TextTooLong

MOST_TEXT_BYTES = 256 * 1024
"""Of one text in UTF-8. More than any window of the catalogue holds (32,768 tokens), and cheap enough to tokenize (0.1 s)."""
MOST_QUERY_BYTES = 8 * 1024
"""Of a query to rerank for, in UTF-8: it goes through the model with every text, and half a window of the catalogue's usual ones is less."""
MOST_TEXTS = 2048
"""Of one unary request; streams have no such limit."""
MOST_TOKENIZED_BYTES = 1024 * 1024
"""Of one call: half a second of the tokenizer, for which somebody else's text may have to wait."""
MOST_BODY_BYTES = 8 * 1024 * 1024
"""Of one HTTP request. Parsing JSON holds everything else up; this much takes well below a tenth of a second. gRPC takes more."""
_MOST_ESTIMATED = 10**15
"""Texts, or bytes of them: more than anybody has, and few enough that a number of tokens fits its field."""
_MOST_NAME = 200


def size_bytes(text: str) -> int:
    """Return the length of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def text_too_long(size: int) -> TextTooLong:
    """Return why a text of `size` bytes is not even worth tokenizing."""
    return TextTooLong(f"A text may have {MOST_TEXT_BYTES} bytes, this one has {size}.")


def check_count(count: int) -> None:
    """Refuse a request with more than `MOST_TEXTS` texts, by InvalidOption."""
    if count > MOST_TEXTS:
        raise InvalidOption(
            f"One message takes {MOST_TEXTS} texts, this one has {count}; streams take any number of messages."
        )


def check_query(query: str) -> None:
    """Refuse a query to rerank for that is none, by InvalidOption, or longer than anybody reads, by TextTooLong."""
    if not query.strip():
        raise InvalidOption("Texts are scored against a query, and it is empty.")
    if (size := size_bytes(query)) > MOST_QUERY_BYTES:
        raise TextTooLong(f"A query may have {MOST_QUERY_BYTES} bytes, this one has {size}.")


def check_client(name: str) -> None:
    """Refuse what is too long to be the name of a program, by InvalidOption."""
    if len(name) > _MOST_NAME:
        raise InvalidOption(
            f"The name of a program may have {_MOST_NAME} characters, this one has {len(name)}."
        )


def check_tokenized(texts: Sequence[str]) -> None:
    """Refuse texts that are too many, or too long together, for one call of the tokenizer, by InvalidOption."""
    check_count(len(texts))
    size = sum(map(size_bytes, texts))
    if size > MOST_TOKENIZED_BYTES:
        raise InvalidOption(f"One call tokenizes {MOST_TOKENIZED_BYTES} bytes of text, this one has {size}.")


def check_estimated(texts: int, text_bytes: int) -> None:
    """Refuse an amount of work that nobody has, by InvalidOption."""
    if max(texts, text_bytes) > _MOST_ESTIMATED:
        raise InvalidOption(f"An estimate takes up to {_MOST_ESTIMATED} texts and bytes.")
