"""Which texts go into one request to a provider, when to ask again, and what each text's share of the bill is. Pure."""

from collections.abc import Sequence
from itertools import pairwise

MOST_INPUTS = 2048
MOST_TOKENS = 300_000
"""Both of one request: https://platform.openai.com/docs/api-reference/embeddings/create."""
_FIRST_WAIT_SECONDS = 0.5
_MOST_ATTEMPTS = 6


def requests(sizes: Sequence[int], *, certain: int) -> list[list[int]]:
    """Divide texts of `sizes` bytes into requests of positions, in order.

    A token is at least one byte of UTF-8, so bytes stand for tokens where nobody can count them. A text of more than `certain` bytes,
    which the provider may refuse as too long, goes alone: a refusal hits all that it is sent with.
    """
    result: list[list[int]] = []
    taken = MOST_TOKENS
    for position, size in enumerate(sizes):
        if size > certain:
            result.append([position])
            taken = MOST_TOKENS
        elif taken + size > MOST_TOKENS or len(result[-1]) == MOST_INPUTS:
            result.append([position])
            taken = size
        else:
            result[-1].append(position)
            taken += size
    return result


def wait_before(attempt: int, *, asked: float, left: float) -> float | None:
    """Return the seconds to wait before the next attempt, None to give up.

    `attempt` counts from 1 what was tried, `asked` is what the provider asked for (Retry-After; 0 for nothing), `left` the seconds until
    an answer is of no use.
    """
    wait = max(asked, _FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
    return wait if attempt < _MOST_ATTEMPTS and wait < left else None


def shares(total: int, sizes: Sequence[int]) -> list[int]:
    """Divide `total` tokens among texts of `sizes` bytes, by size: a provider counts requests, not texts. They add up to `total`."""
    whole = sum(sizes)
    ends, running = [0], 0
    for size in sizes:
        running += size
        ends.append(total * running // whole if whole else 0)
    return [end - begin for begin, end in pairwise(ends)]
