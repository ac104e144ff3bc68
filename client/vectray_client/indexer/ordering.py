"""Which files are read next. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest

from vectray_client.store.records import Dirty

JUST_SAVED_NS = 300 * 1_000_000_000
"""A guess: what somebody saved in the last five minutes is what they look for next."""


def next_files(queues: Mapping[str, Sequence[Dirty]], *, now_ns: int, limit: int) -> list[Dirty]:
    """Choose up to `limit` files of queues by folder, each the last edited first.

    Half of the places go to what was just saved, wherever it lies; the others to all folders in turn, so that a small folder
    waits for no big one, whether that was just unpacked or is old.
    """
    just_saved = sorted(
        (dirty for dirty in chain.from_iterable(queues.values()) if is_just_saved(dirty, now_ns)),
        key=lambda dirty: dirty.state.mtime_ns,
        reverse=True,
    )
    first = just_saved[: (limit + 1) // 2]
    taken = {dirty.path for dirty in first}
    others = (dirty for dirty in _in_turn(queues.values()) if dirty.path not in taken)
    return [*first, *islice(others, limit - len(first))]


def is_just_saved(dirty: Dirty, now_ns: int) -> bool:
    """Whether somebody edited the file a moment ago, as far as its time of modification can be believed."""
    return abs(now_ns - dirty.state.mtime_ns) < JUST_SAVED_NS


def _in_turn(queues: Iterable[Sequence[Dirty]]) -> Iterator[Dirty]:
    return (dirty for one_of_each in zip_longest(*queues) for dirty in one_of_each if dirty is not None)
