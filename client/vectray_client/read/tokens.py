"""Counting tokens with the model's own tokenizer: the whole cost of cutting a text, so no text is counted twice."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

from tokenizers import Tokenizer

from vectray_client.read.options import TokenizerUnusable
from vectray_client.read.outline import Count

# A whole document at once would hold all its tokens in memory: some hundred bytes each.
_BATCH_CHARACTERS = 1_000_000
# Counts of some 20 MB of text; about 180 bytes each. An edited document is counted at its edit only.
_MAX_REMEMBERED = 50_000
# What these split at white space, so the tokens of a word never depend on its neighbours.
_WORD_SPLITTERS = frozenset({"BertPreTokenizer", "Whitespace", "WhitespaceSplit"})
_SLACK_TOKENS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenCounter:
    """A model's tokenizer, as far as cutting texts needs it."""

    count: Count
    slack_tokens: int | None
    """By how much a text may have more tokens than its parts together; None if nothing is known.

    Where words are tokenised one by one, counts of parts between white space add up exactly. Inside a text without white
    space, a SentencePiece tokenizer gives the parts more tokens, nearly always: of 20,000 random cuts of Chinese
    text, the whole had one more than its two parts in 79, two more in 2 and three more in none.
    """


@cache
def load_counter(tokenizer_path: str) -> TokenCounter:
    """The counter of a `tokenizer.json`; special tokens are left out. Loaded once in a process.

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
    slack = _SLACK_TOKENS if _splits_words(tokenizer) else None
    return TokenCounter(count=_remembering(tokenizer), slack_tokens=slack)


def _splits_words(tokenizer: Tokenizer) -> bool:
    if tokenizer.pre_tokenizer is None:
        return False
    stage = json.loads(tokenizer.pre_tokenizer.__getstate__())
    stages = stage["pretokenizers"] if stage["type"] == "Sequence" else [stage]
    return any(
        stage["type"] in _WORD_SPLITTERS or (stage["type"] == "Metaspace" and stage.get("split"))
        for stage in stages
    )


def _remembering(tokenizer: Tokenizer) -> Count:
    known: dict[bytes, int] = {}

    def count(texts: Sequence[str]) -> list[int]:
        digests = [blake2b(text.encode(), digest_size=16).digest() for text in texts]
        if len(known) + len(texts) > _MAX_REMEMBERED:
            known.clear()
        unknown = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}
        known.update(zip(unknown, _counts(tokenizer, unknown.values()), strict=True))
        return [known[digest] for digest in digests]

    return count


def _counts(tokenizer: Tokenizer, texts: Iterable[str]) -> Iterator[int]:
    for batch in _batches(texts):
        yield from map(len, tokenizer.encode_batch_fast(batch, add_special_tokens=False))


def _batches(texts: Iterable[str]) -> Iterator[list[str]]:
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
