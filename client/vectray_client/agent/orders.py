"""What a person may order done to the index, as it is done to the store: by the agent in its writer's thread, by a command where no agent runs."""

from collections.abc import Callable

from vectray_client.domain import Fault
from vectray_client.freshness import lies_in
from vectray_client.index.reading import Reader
from vectray_client.index.store import Store


class UnknownFolder(Fault):
    """The path is in no indexed folder."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path} is not indexed.")


class TracesStay(Fault):
    """What was to be forgotten is in the index no more, but still in its files."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is forgotten, but traces of it stay in the index's files while another program reads them:"
            " `vectray forget` it again once that has ended."
        )


def check_known(reader: Reader, folder: str) -> None:
    """Raises UnknownFolder if the folder is not indexed as such."""
    if folder not in reader.folders():
        raise UnknownFolder(folder)


def add_folder(store: Store, folder: str) -> None:
    """Add an eligible folder. One that the person had forgotten is taken in again."""
    with store.transaction():
        store.take_in(folder)
        store.add_folder(folder)


def take_anew(store: Store, path: str) -> None:
    """Have a path looked at as if nothing had been decided about it: it may have been forgotten, or have been a drive's."""
    with store.transaction():
        store.take_in(path)
        store.forget_mounts(path)


def remove_folder(store: Store, folder: str, *, discard_cache: Callable[[], object]) -> int:
    """Remove a folder; return how many files were forgotten with it, without a trace: those that no other folder holds.

    `discard_cache` deletes what was derived from the store.

    Raises:
        UnknownFolder: there is no such folder.
        TracesStay: another program reads the index.

    """
    check_known(store, folder)
    files = store.remove_folder(folder)
    erase(store, folder, discard_cache=discard_cache)
    return files


def forget(store: Store, path: str, *, discard_cache: Callable[[], object], is_known: bool = False) -> int:
    """Take a file, or a folder with all below it, out of the index without a trace; return how many files it knew there.

    What lies in an indexed folder is left out from now on. `discard_cache` deletes what was derived from the store. `is_known` says
    that the path was of the index, even if nothing there shows it any more.

    Raises:
        UnknownFolder: it is in no indexed folder, and holds none.
        TracesStay: another program reads the index, and keeps its log from being emptied.

    """
    holds_one = any(lies_in(folder, path) for folder in store.folders())
    if not (holds_one or store.holders(path) or is_known):
        raise UnknownFolder(path)
    forgotten = store.forget(path)
    _discard(path, is_clean=forgotten.is_scrubbed, discard_cache=discard_cache)
    return forgotten.files


def erase(store: Store, path: str, *, discard_cache: Callable[[], object]) -> None:
    """Leave no trace of what was deleted in any file; `path` is what that was.

    Raises:
        TracesStay: another program has been reading an old state of the index for seconds.

    """
    _discard(path, is_clean=store.scrub(), discard_cache=discard_cache)


def _discard(path: str, *, is_clean: bool, discard_cache: Callable[[], object]) -> None:
    """Delete what was derived from the store: after it was swept, else it might be made again of what is still there."""
    discard_cache()
    if not is_clean:
        raise TracesStay(path)
