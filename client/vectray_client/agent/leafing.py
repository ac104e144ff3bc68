"""Reads passages of an indexed document, and says whether the file is still what was read."""

import os

from vectray_client.agent.asked import Spot
from vectray_client.agent.orders import UnknownFolder
from vectray_client.domain import Fault, FileState
from vectray_client.sdk.found import Reading
from vectray_client.store.reading import Reader
from vectray_client.watch.states import file_state


class UnknownFile(Fault):
    """Nothing of the file is in the index."""

    def __init__(self, path: str) -> None:
        super().__init__(f"Nothing of {path} is indexed.")


def read_passages(reader: Reader, spot: Spot) -> Reading:
    """Return the passage of a document that holds a character, with its neighbours.

    Raises:
        UnknownFolder: the path is in no indexed folder.
        UnknownFile: nothing of the file is in the index.

    """
    with reader.snapshot():
        if not reader.holders(spot.path):
            raise UnknownFolder(spot.path)
        held = reader.held(spot.path)
        if held is None:
            raise UnknownFile(spot.path)
        middle = reader.number_at(held.document_id, spot.at)
        first = max(0, middle - spot.before)
        passages = reader.leaves(held.document_id, first, middle - first + 1 + spot.after)
    return Reading(
        passages=passages,
        first=first,
        total=held.passages,
        file_type=held.file_type,
        title=held.title,
        modified_ns=held.state.mtime_ns,
        changed_reason=changed_reason(spot.path, held.state, problem=held.problem),
    )


def changed_reason(path: str, state: FileState, *, problem: str) -> str:
    """Return what has become of a file since it was in `state`, in one sentence; empty if nothing has. Looks at it now.

    `problem` says why it could not be read in that state, if that is so.
    """
    try:
        now = file_state(os.lstat(path))
    except (FileNotFoundError, NotADirectoryError):
        return "The file is not there any more."
    except OSError as error:
        return f"The file cannot be looked at: {error.strerror}."
    if now != state:
        return "The file has changed since this was read."
    return (
        f"The file has changed since this was read, and could not be read again: {problem}."
        if problem
        else ""
    )
