"""Which paths an assistant may ask about: those in indexed folders. Of all others it does not even learn whether they exist."""

import os
from collections.abc import Iterable

from vectray_client.domain import Fault
from vectray_client.nesting import lies_in
from vectray_client.watch.shown import is_unicode


class Outside(Fault):
    """A path of which nothing is told."""

    def __init__(self) -> None:
        super().__init__("The path is in no indexed folder; list_folders tells which there are.")


def path_inside(path: str, folders: Iterable[str]) -> str:
    """Return a path without detours, in one of the folders, which are real absolute paths.

    Its last part may be a link, which is meant itself then. Nothing outside is looked at, nor followed to.

    Raises:
        Outside: it lies elsewhere, or a link on its way leads there.

    """
    folders = tuple(folders)
    straight = os.path.normpath(path)
    if not path.startswith(os.sep) or "\0" in path or not is_unicode(path) or not _is_in(straight, folders):
        raise Outside
    if straight in folders:
        return straight
    directory, name = os.path.split(straight)
    real = os.path.join(os.path.realpath(directory), name)  # noqa: PTH118 - paths are strings here, compared as such
    if not _is_in(real, folders):
        raise Outside
    return real


def _is_in(path: str, folders: tuple[str, ...]) -> bool:
    return any(lies_in(path, folder) for folder in folders)
