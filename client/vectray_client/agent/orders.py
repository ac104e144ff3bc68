"""What a person may order done to the index, as it is done to the store: by the agent in its writer's thread, by a command where no agent runs."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from vectray_client.domain import Fault
from vectray_client.freshness import lies_in
from vectray_client.index.reading import Reader
from vectray_client.index.store import Store

_PAUSED = "paused"
"""The setting that holds when a pause ends: Unix milliseconds, 0 if it does not end by itself, nothing where there is none."""
_SCRUB_SECONDS = 2.0
"""For readers to end the question that keeps the log; a search takes milliseconds."""
_SCRUB_AGAIN_SECONDS = 0.05


class UnknownFolder(Fault):
    """The folder is not indexed."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not indexed.")


class TracesStay(Fault):
    """What was to be forgotten is in the index no more, but still in its files."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is forgotten, but traces of it stay in the index's files while another program reads them:"
            " forget it again once that has ended."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """What became of a folder that was removed."""

    files: int
    """That were forgotten."""
    holder: str | None
    """The folder that holds its files now; None if no other does."""


def check_known(reader: Reader, folder: str) -> None:
    """Raises UnknownFolder."""
    if folder not in reader.folders():
        raise UnknownFolder(folder)


def remove_folder(store: Store, folder: str) -> Removed:
    """Remove a folder; the files that no other one holds are forgotten.

    Raises:
        UnknownFolder: there is no such folder.

    """
    check_known(store, folder)
    files = store.remove_folder(folder)
    holders = store.holders(folder)
    return Removed(files=files, holder=holders[-1] if holders else None)


def forget(store: Store, path: str, *, discard_cache: Callable[[], object], is_known: bool = False) -> int:
    """Take a file, or a folder with all below it, out of the index without a trace; return how many files it knew there.

    What lies in an indexed folder is left out from now on. `discard_cache` deletes what was derived from the store. `is_known` says
    that the path was of the index, even if nothing there shows it any more.

    Raises:
        UnknownFolder: it is in no indexed folder, and holds none.
        TracesStay: another program reads the index, and keeps its log from being emptied.

    """
    inside = [folder for folder in store.folders() if lies_in(folder, path)]
    is_held = bool(set(store.holders(path)) - set(inside))
    if not (inside or is_held or is_known):
        raise UnknownFolder(path)
    with store.transaction():
        files = sum(store.remove_folder(folder) for folder in inside) + store.forget_below(path)
        if is_held:
            store.leave_out(path)
    discard_cache()
    scrub(store, path)
    return files


def scrub(store: Store, path: str) -> None:
    """Leave no trace of what was deleted in the files; `path` is what that was.

    Raises:
        TracesStay: another program reads the index all the time.

    """
    until = time.monotonic() + _SCRUB_SECONDS
    while not store.scrub():
        if time.monotonic() > until:
            raise TracesStay(path)
        time.sleep(_SCRUB_AGAIN_SECONDS)


def pause(store: Store, *, until_unix_ms: int = 0) -> None:
    """Have nothing read or embedded before that time, or before `resume` if 0; whoever indexes next keeps to it."""
    store.set_setting(_PAUSED, f"{until_unix_ms}")


def resume(store: Store) -> None:
    """End a pause."""
    store.set_setting(_PAUSED, "")
