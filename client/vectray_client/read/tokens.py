"""Counting tokens with the model's own tokenizer."""

from collections.abc import Iterator, Sequence
from functools import cache

from tokenizers import Tokenizer

from vectray_client.domain import Fault
from vectray_client.read.outline import Count

# A whole document at once would hold all its tokens in memory: some hundred bytes each.
_BATCH_CHARACTERS = 1_000_000


class TokenizerUnusable(Fault):
    """The model's tokenizer cannot be loaded, so nothing can be read for it."""


@cache
def load_counter(tokenizer_path: str) -> Count:
    """A function from texts to their numbers of tokens, special tokens left out; loaded once in a process.

    Raises TokenizerUnusable.
    """
    try:
        tokenizer = Tokenizer.from_file(tokenizer_path)
    except Exception as error:  # the library raises nothing more specific
        raise TokenizerUnusable(
            f"The tokenizer {tokenizer_path} cannot be loaded ({error}): delete this file, and it is fetched again."
        ) from error
    # Many tokenizers are shipped with a truncation baked in, which would make every long text look short.
    tokenizer.no_truncation()
    tokenizer.no_padding()

    def count(texts: Sequence[str]) -> list[int]:
        return [
            len(encoding)
            for batch in _batches(texts)
            for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        ]

    return count


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    characters = 0
    for text in texts:
        batch.append(text)
        characters += len(text)
        if characters >= _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
