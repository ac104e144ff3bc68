"""Which texts go through the model together. Pure.

A padded batch costs its longest text times its number of texts, so texts of like length belong together. On a processor a few hundred
tokens already keep the matrix units busy: larger batches gain nothing and only make others wait.
"""

from collections.abc import Sequence

MAX_BATCH_TOKENS = 2048
"""Padded tokens in one forward pass. A guess: enough for the processor's matrix units, little enough for its caches."""


def batches(lengths: Sequence[int], *, max_tokens: int = MAX_BATCH_TOKENS) -> list[list[int]]:
    """Divide texts of `lengths` tokens into batches of positions, shortest texts first.

    No batch has more than `max_tokens` padded tokens, unless it is a single text, nor a text less than half as long as its longest.
    """
    result: list[list[int]] = []
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        length = lengths[position]
        current = result[-1] if result else []
        fits = current and length * (len(current) + 1) <= max_tokens and length <= 2 * lengths[current[0]]
        if fits:
            current.append(position)
        else:
            result.append([position])
    return result


def fixed_shape(texts: int, tokens: int) -> tuple[int, int]:
    """Round a batch up to one of a few shapes, (texts, tokens): powers of two, at least 1 and 16.

    For devices that compile for every shape that they see, and keep what they compiled.
    """
    return 1 << (texts - 1).bit_length(), max(16, 1 << (tokens - 1).bit_length())
