"""All vectors, to be searched: derived from the store, cached beside it, and thrown away when in doubt."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from vectray_client.store.reading import Reader
from vectray_client.store.records import Model
from vectray_client.store.vector_block import Block, Ids, compressed, small_block
from vectray_client.store.vector_cache import cached_blocks, discard_cache, keep_only, kept
from vectray_client.store.vector_layout import Sizes, joined

_SLICE: Final = 8192
"""Vectors that are read from the store at once: a few milliseconds. Twice their size is needed in memory."""
_LITTLE: Final = 1024
"""Vectors that a search takes in by itself: two milliseconds."""
_REFINED: Final = 800
"""How many of the vectors that look nearest are compared, over all blocks, beside twice as many as are asked for. In one block of
131,072 that lie as e5-small's do, the ten nearest are among 400 in 99.8 %, and among 200 in 99.3 %."""
_REFINED_OF_EACH: Final = 200
"""At least, for all that is near may be of one time, and so in one block."""
_COMPARED: Final = 64
"""The newest cached vectors, which are compared with the store's."""
_DEAD: Final = 4
"""One in so many vectors may be one that the store has dropped."""

Blocks = tuple[Block, ...]


class VectorIndex:
    """Search by inner product, which is the cosine because vectors are of unit length.

    Holds the vectors of the current model and of the one that is being made. May hold some that no passage refers to any more, or
    that the store has dropped; the store knows of no chunks for them. Any number of threads may search while others catch up: a search
    keeps to what there was when it began.
    """

    def __init__(self, *, cache: Path | None = None, sizes: Sizes | None = None) -> None:
        self._cache = cache
        self._sizes = sizes or Sizes()
        # Replaced as a whole, never altered: whoever searches needs no lock.
        self._blocks: Mapping[str, Blocks] = {}
        self._changing = Lock()
        self._discarded = False

    @classmethod
    def open(cls, reader: Reader, cache: Path | None = None, *, sizes: Sizes | None = None) -> Self:
        """What the cache holds, quickly; `catch_up` brings the rest. Without a cache nothing is left on disk."""
        index = cls(cache=cache, sizes=sizes)
        if cache is not None:
            found = {model: cached_blocks(cache, model) for model in _models(reader)}
            index._blocks = {
                model.fingerprint: blocks
                for model, blocks in found.items()
                if blocks and _agree(blocks[-1], reader, model)
            }
            index._tidy_cache()
        return index

    def size(self, fingerprint: str) -> int:
        """How many vectors of a model there are."""
        return sum(map(len, self._blocks.get(fingerprint, ())))

    def search(
        self, query: NDArray[np.float32], limit: int, *, fingerprint: str, allowed_ids: Ids | None = None
    ) -> list[tuple[int, float]]:
        """The vector ids nearest to a query of unit length and shape (dimensions,), and their cosines, best first.

        `fingerprint` names the model that the query is of. `allowed_ids`, ascending, leaves only those in question, exactly; ids that
        are not here are no harm. Without it, compressed blocks may miss one of the nearest in some hundred.
        """
        blocks = self._blocks.get(fingerprint, ())
        if not blocks:
            return []
        refined = max((_REFINED + 2 * limit) // len(blocks), _REFINED_OF_EACH)
        found = [block.search(query, limit, refined=refined, allowed_ids=allowed_ids) for block in blocks]
        ids, cosines = (np.concatenate(parts) for parts in zip(*found, strict=True))
        best = np.argsort(-cosines, kind="stable")[:limit]
        return list(zip(ids[best].tolist(), cosines[best].tolist(), strict=True))

    def freshen(self, reader: Reader) -> None:
        """Takes in what has come of late, or a little of it: for a search, which must not wait.

        Does nothing where vectors are to be compressed, or while another thread is at it.
        """
        if not self._changing.acquire(blocking=False):
            return
        try:
            for model in _models(reader):
                blocks = self._blocks.get(model.fingerprint, ())
                fresh = _read(reader, model, after=_last(blocks), at_most=_LITTLE)
                if fresh and self._stays_small(blocks, fresh):
                    self._put(model, self._with(blocks, fresh, model))
        finally:
            self._changing.release()

    def is_current(self, reader: Reader) -> bool:
        """Whether a search finds all vectors of the current model that the store has now."""
        model = reader.model()
        if model is None:
            return True
        return reader.last_vector(model.fingerprint) <= _last(self._blocks.get(model.fingerprint, ()))

    def catch_up(self, reader: Reader) -> None:
        """Takes in all that the store got since the last time. Vectors that come by the hundred thousand take a second each.

        The reader must not be in a transaction of its own that may be taken back.
        """
        with self._changing:
            models = _models(reader)
            for model in models:
                if self._discarded:
                    self._rebuild(reader, model)
                for blocks in self._grown(reader, model, self._blocks.get(model.fingerprint, ())):
                    self._put(model, blocks)
            self._discarded = False
            wanted = {model.fingerprint for model in models}
            self._publish({model: blocks for model, blocks in self._blocks.items() if model in wanted})

    def drop_dead(self, reader: Reader) -> None:
        """Builds anew what holds too many vectors that the store has dropped. Meanwhile searches go on with the old."""
        with self._changing:
            for model in _models(reader):
                held = self.size(model.fingerprint)
                last = _last(self._blocks.get(model.fingerprint, ()))
                if held - reader.count_vectors(model.fingerprint, last=last) > held // _DEAD:
                    self._rebuild(reader, model)

    def discard_cache(self) -> None:
        """Deletes what is on disk. Searches go on with what is in memory, until `catch_up` has built all anew."""
        with self._changing:
            if self._cache is not None:
                discard_cache(self._cache)
            self._discarded = True

    def _rebuild(self, reader: Reader, model: Model) -> None:
        blocks: Blocks = ()
        for blocks in self._grown(reader, model, ()):  # noqa: B007 - the last one counts
            pass
        self._put(model, blocks)

    def _grown(self, reader: Reader, model: Model, blocks: Blocks) -> Iterator[Blocks]:
        """The blocks as they become with each portion of what the store has beyond them."""
        while fresh := _read(reader, model, after=_last(blocks), at_most=self._sizes.full):
            blocks = self._with(blocks, fresh, model)
            yield blocks

    def _with(self, blocks: Blocks, fresh: Block, model: Model) -> Blocks:
        count = joined([len(block) for block in blocks], len(fresh), self._sizes)
        parts = (*blocks[len(blocks) - count :], fresh)
        block = fresh if len(parts) == 1 else _one(parts, model)
        if len(block) >= self._sizes.compressed:
            block = self._kept(compressed(block), model)
        return (*blocks[: len(blocks) - count], block)

    def _kept(self, block: Block, model: Model) -> Block:
        # A cache that cannot be written costs memory, and a rebuild at the next start. No more.
        with suppress(OSError):
            return block if self._cache is None else kept(block, self._cache, model)
        return block

    def _stays_small(self, blocks: Blocks, fresh: Block) -> bool:
        small = sum(len(block) for block in blocks if block.refined is None)
        return small + len(fresh) < self._sizes.compressed

    def _put(self, model: Model, blocks: Blocks) -> None:
        self._publish({**self._blocks, model.fingerprint: blocks})

    def _publish(self, blocks: Mapping[str, Blocks]) -> None:
        before, self._blocks = _names(self._blocks), blocks
        if before != _names(blocks):
            self._tidy_cache()

    def _tidy_cache(self) -> None:
        if self._cache is not None:
            with suppress(OSError):  # Windows deletes no file that is mapped; it goes the next time
                keep_only(_names(self._blocks), self._cache)


def _names(blocks: Mapping[str, Blocks]) -> set[str]:
    return {block.name for run in blocks.values() for block in run if block.name}


def _models(reader: Reader) -> list[Model]:
    return [model for model in (reader.model(), reader.next_model()) if model is not None]


def _last(blocks: Blocks) -> int:
    return blocks[-1].span.last if blocks else 0


def _read(reader: Reader, model: Model, *, after: int, at_most: int) -> Block | None:
    """The next vectors of the store; None if there are no more."""
    ids: list[Ids] = []
    codes: list[NDArray[np.uint8]] = []
    while (left := at_most - sum(map(len, ids))) > 0:
        last = int(ids[-1][-1]) if ids else after
        some, data = reader.vectors_after(last, model.fingerprint, limit=min(_SLICE, left))
        if not len(some):
            break
        ids.append(some)
        codes.append(np.frombuffer(data, np.uint8).reshape(len(some), -1))
    if not ids:
        return None
    return small_block(after=after, ids=np.concatenate(ids), codes=codes, dimensions=model.dimensions)


def _one(blocks: tuple[Block, ...], model: Model) -> Block:
    return small_block(
        after=blocks[0].after,
        ids=np.concatenate([block.ids for block in blocks]),
        codes=[block.codes() for block in blocks],
        dimensions=model.dimensions,
    )


def _agree(block: Block, reader: Reader, model: Model) -> bool:
    """Whether the store is the one that the newest block was made from: an older copy may have been put in its place.

    That has no vector as new as the newest here; or has got others under the same ids since, of which it still has some, unless
    it has none of the newest here at all.
    """
    start = max(0, len(block) - _COMPARED)
    ids, data = reader.vectors_after(int(block.ids[start]) - 1, model.fingerprint, limit=_COMPARED)
    known = ids <= block.span.last
    positions = np.searchsorted(block.ids, ids[known])
    if not len(positions) or ids[-1] < block.span.last or (block.ids[positions] != ids[known]).any():
        return False
    codes = np.frombuffer(data, np.uint8).reshape(len(ids), -1)[known]
    return bool((block.codes()[positions] == codes).all())
