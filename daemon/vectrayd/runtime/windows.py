"""A text that is longer than the model's window, as windows that fit. Pure."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vectrayd.domain.errors import InvalidOption


class Window(NamedTuple):
    """Token ids that go through the model together."""

    ids: Sequence[int]
    opening: int = 0
    """Ids before the text's own, which other windows of the text repeat: special tokens and the prompt."""
    closing: int = 0
    """Ids after the text's own, which other windows repeat."""

    @property
    def own(self) -> int:
        """How many ids are the text's own."""
        return len(self.ids) - self.opening - self.closing


def cut(ids: Sequence[int], *, opening: int, closing: int, max_tokens: int) -> list[Window]:
    """Cut a text of `ids` into as few windows of at most `max_tokens` as will do, of even size: a tiny rest would weigh too little
    to be worth its run. All repeat the `opening` ids at the front and the `closing` ones at the end.

    Raises:
        InvalidOption: what is repeated fills the window.

    """
    room = max_tokens - opening - closing
    if room <= 0:
        raise InvalidOption(f"The prompt leaves no room for texts in a window of {max_tokens} tokens.")
    end = len(ids) - closing
    count = -(-(end - opening) // room)
    bounds = [opening + (end - opening) * part // count for part in range(count + 1)]
    return [
        Window((*ids[:opening], *ids[start:stop], *ids[end:]), opening, closing)
        for start, stop in pairwise(bounds)
    ]


def mean(vectors: Sequence[NDArray[np.float32]], windows: Sequence[Window]) -> NDArray[np.float32]:
    """Average the vectors of a text's windows, float32 (dimensions,), each weighted by its number of the text's own tokens."""
    if len(windows) == 1:
        return vectors[0]
    average: NDArray[np.float64] = np.average(vectors, axis=0, weights=[window.own for window in windows])
    return average.astype(np.float32)


def joined(parts: Sequence[NDArray[Any]], windows: Sequence[Window]) -> NDArray[Any]:
    """Join what was found for each token of a text's windows, (tokens, ...): one entry for each token of the text as a whole."""
    last = len(windows) - 1
    return np.concatenate(
        [
            part[window.opening if at else 0 : len(window.ids) - (window.closing if at < last else 0)]
            for at, (part, window) in enumerate(zip(parts, windows, strict=True))
        ]
    )


def portions(ids: Sequence[Sequence[int]], most_tokens: int) -> Iterator[list[Sequence[int]]]:
    """Divide windows of token ids, in their order, into portions of at most `most_tokens`, unless a window alone has more."""
    portion: list[Sequence[int]] = []
    tokens = 0
    for window in ids:
        if portion and tokens + len(window) > most_tokens:
            yield portion
            portion, tokens = [], 0
        portion.append(window)
        tokens += len(window)
    if portion:
        yield portion
