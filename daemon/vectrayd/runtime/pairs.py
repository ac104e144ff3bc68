"""A query and the texts that may answer it, as a reranker reads them: side by side in one window.

Where the two do not fit, the text is cut, and the query only where it would leave the text less than half of the window: a text of which
little is read still says something, a query of which half is missing asks something else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tokenizers import Encoding, Tokenizer

_QUERY_SHARE = 0.5
"""Of the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What of a query and a text goes into the model, and how many tokens the two have."""

    ids: Sequence[int]
    sides: Sequence[int]
    """For each id the side of the pair that it belongs to, as the model was told when it was trained: 0 or 1."""
    tokens_total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Special tokens at a place of the pair."""

    ids: tuple[int, ...]
    sides: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The special tokens around a query and a text, and which side a model takes the two themselves for."""

    opening: Piece
    between: Piece
    closing: Piece
    query_side: int
    text_side: int

    @property
    def tokens(self) -> int:
        """How many they are."""
        return len(self.opening.ids) + len(self.between.ids) + len(self.closing.ids)


def frame_of(probe: Encoding, *, tells_sides: bool) -> Frame:
    """Find the frame in a pair of which both sides have at least one token; unless it `tells_sides`, all is of the first."""
    ids, owners = probe.ids, probe.sequence_ids
    sides = probe.type_ids if tells_sides else [0] * len(ids)
    query = [at for at, owner in enumerate(owners) if owner == 0]
    text = [at for at, owner in enumerate(owners) if owner == 1]

    def piece(start: int, stop: int) -> Piece:
        return Piece(ids=tuple(ids[start:stop]), sides=tuple(sides[start:stop]))

    return Frame(
        opening=piece(0, query[0]),
        between=piece(query[-1] + 1, text[0]),
        closing=piece(text[-1] + 1, len(ids)),
        query_side=sides[query[0]],
        text_side=sides[text[0]],
    )


def paired(frame: Frame, query: Sequence[int], text: Sequence[int], *, max_tokens: int) -> Pair:
    """Put a query and a text, both token ids without special ones, into a window of `max_tokens`."""
    room = max(0, max_tokens - frame.tokens)
    asked = query[: max(int(room * _QUERY_SHARE), room - len(text))]
    told = text[: room - len(asked)]
    opening, between, closing = frame.opening, frame.between, frame.closing
    return Pair(
        ids=(*opening.ids, *asked, *between.ids, *told, *closing.ids),
        sides=(
            *opening.sides,
            *[frame.query_side] * len(asked),
            *between.sides,
            *[frame.text_side] * len(told),
            *closing.sides,
        ),
        tokens_total=frame.tokens + len(query) + len(text),
    )


class PairTokenizer:
    """A reranker's tokenizer and window."""

    def __init__(self, tokenizer: Tokenizer, *, max_tokens: int, tells_sides: bool) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self._max_tokens = max_tokens
        self._frame = frame_of(tokenizer.encode("a", "a"), tells_sides=tells_sides)

    def pairs(self, query: str, texts: Sequence[str]) -> Iterator[Pair]:
        """Yield `query` with each of `texts`."""
        asked, *told = self._tokenizer.encode_batch_fast([query, *texts], add_special_tokens=False)
        for text in told:
            yield paired(self._frame, asked.ids, text.ids, max_tokens=self._max_tokens)
