"""Which folders there are to choose from."""

import os
from collections.abc import Collection, Iterator

from vectray_client.nesting import lies_in
from vectray_client.web.refusals import Refused
from vectray_client.web.shown import Json

_MOST_FOLDERS = 2000


def folders_in(path: str, *, home: str, indexed: Collection[str]) -> Json:
    """Return the folders in one, by name, without hidden ones; `is_indexed` tells of those in an indexed folder, `holds_home` whether all of `home` lies in this one.

    Raises:
        Refused: it is no folder that can be read.

    """
    if not path.startswith(os.sep) or "\0" in path:
        raise Refused("The path is not absolute.")
    path = os.path.realpath(path)
    try:
        names = sorted(_names(path), key=lambda name: (name.casefold(), name))
    except OSError as error:
        raise Refused(_why_unreadable(path, error), status=409, code="UNREADABLE_FOLDER") from None
    places = {name: os.path.join(path, name) for name in names[:_MOST_FOLDERS]}  # noqa: PTH118 - paths are strings here
    return {
        "path": path,
        "parent": os.path.dirname(path),  # noqa: PTH120 - as above
        "holds_home": lies_in(os.path.realpath(home), path),
        "folders": [
            {"name": name, "path": place, "is_indexed": any(lies_in(place, folder) for folder in indexed)}
            for name, place in places.items()
        ],
    }


def _why_unreadable(path: str, error: OSError) -> str:
    match error:
        case NotADirectoryError():
            return f"{path} is not a folder."
        case FileNotFoundError():
            return f"{path} does not exist."
    return f"{path} cannot be read: {error.strerror}."


def _names(path: str) -> Iterator[str]:
    with os.scandir(path) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and _can_be_shown(entry.name) and _is_folder(entry):
                yield entry.name


def _can_be_shown(name: str) -> bool:
    """Whether a name is Unicode: no other can be indexed, or sent."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False
