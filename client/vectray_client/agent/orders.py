"""What a person may order done to the index, as it is done to the store: by the agent in its writer's thread, by a command where no agent runs."""

from collections.abc import Callable, Sequence

from vectray_client.domain import Fault
from vectray_client.freshness import folders_about
from vectray_client.indexer import pausing
from vectray_client.indexer.pausing import PAUSED, PAUSED_FOLDERS
from vectray_client.nesting import lies_in
from vectray_client.store.store import Store


class UnknownFolder(Fault):
    """The path is in no indexed folder, or is only a part of one where a whole one is meant."""

    def __init__(self, path: str, *, part_of: str = "") -> None:
        super().__init__(
            f"{path} is only a part of the indexed folder {part_of}."
            if part_of
            else f"{path} is not indexed."
        )


class TracesStay(Fault):
    """What was to be forgotten is in the index no more, but still in its files."""

    def __init__(self, path: str) -> None:
        super().__init__(
            f"{path} is forgotten, but traces of it stay in the index's files while another program reads them:"
            " `vectray forget` it again once that has ended."
        )


def add_folder(store: Store, folder: str) -> None:
    """Add an eligible folder. One that the person had forgotten is taken in again."""
    with store.transaction():
        store.take_in(folder)
        store.add_folder(folder)


def remove_folder(store: Store, folder: str, *, discard_cache: Callable[[], object]) -> int:
    """Remove a folder; return how many files were forgotten with it, without a trace: those that no other folder holds.

    `discard_cache` deletes what was derived from the store.

    Raises:
        UnknownFolder: there is no such folder.
        TracesStay: another program reads the index.

    """
    _check_known(store, folder)
    store.set_setting(PAUSED_FOLDERS, pausing.without_folder(store.setting(PAUSED_FOLDERS), folder))
    files = store.remove_folder(folder)
    _discard(folder, is_clean=store.scrub(), discard_cache=discard_cache)
    return files


def take_anew(store: Store, path: str) -> Sequence[str]:
    """Have a path looked at as if nothing had been decided about it: it may have been forgotten, or have been a drive's.

    Return the folders to look at for it.

    Raises:
        UnknownFolder: it is in no indexed folder, and holds none.

    """
    folders = folders_about(store, path)
    if not folders:
        raise UnknownFolder(path)
    with store.transaction():
        store.take_in(path)
        store.forget_mounts(path)
    return folders


def forget(store: Store, path: str, *, discard_cache: Callable[[], object]) -> int:
    """Take a file, or a folder with all below it, out of the index without a trace; return how many files it knew there.

    What lies in an indexed folder is left out from now on. `discard_cache` deletes what was derived from the store.

    Raises:
        UnknownFolder: it is in no indexed folder, and holds none.
        TracesStay: another program reads the index, and keeps its log from being emptied.

    """
    if not (store.holders(path) or any(lies_in(folder, path) for folder in store.folders())):
        raise UnknownFolder(path)
    store.set_setting(PAUSED_FOLDERS, pausing.without_below(store.setting(PAUSED_FOLDERS), path))
    forgotten = store.forget(path)
    _discard(path, is_clean=forgotten.is_scrubbed, discard_cache=discard_cache)
    return forgotten.files


def pause(store: Store, *, folder: str, setting: str) -> None:
    """Stop indexing of a folder, or of all if it is empty. `setting` is what `pausing.setting_for` makes of a time.

    Raises:
        UnknownFolder: there is no such folder.

    """
    if folder:
        _check_known(store, folder)
        store.set_setting(PAUSED_FOLDERS, pausing.with_folder(store.setting(PAUSED_FOLDERS), folder, setting))
    else:
        store.set_setting(PAUSED, setting)


def resume(store: Store, *, folder: str, unix_now: float) -> None:
    """End the pause of a folder, or that of all if it is empty.

    After the latter not all is paused any more: where every folder is by itself, these pauses end too. Folders that are paused beside
    others stay so.

    Raises:
        UnknownFolder: there is no such folder.

    """
    if folder:
        _check_known(store, folder)
        store.set_setting(PAUSED_FOLDERS, pausing.without_folder(store.setting(PAUSED_FOLDERS), folder))
        return
    with store.transaction():
        store.set_setting(PAUSED, "")
        if pausing.kept_pauses(store, unix_now=unix_now).whole:
            store.set_setting(PAUSED_FOLDERS, "")


def _check_known(store: Store, folder: str) -> None:
    if folder not in store.folders():
        raise UnknownFolder(folder, part_of="".join(store.holders(folder)[-1:]))


def _discard(path: str, *, is_clean: bool, discard_cache: Callable[[], object]) -> None:
    """Delete what was derived from the store: after it was swept, else it might be made again of what is still there."""
    discard_cache()
    if not is_clean:
        raise TracesStay(path)
