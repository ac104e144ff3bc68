"""What a question and what was asked beside it leave of the index together. Pure, but for links that are resolved."""

import os
from collections.abc import Iterable, Sequence

from vectray_client.nesting import outermost
from vectray_client.searcher.question import Question
from vectray_client.store.folding import folded
from vectray_client.store.records import Filter


def narrowed(where: Filter, question: Question, *, indexed: Sequence[str]) -> Filter:
    """Return the filter for a question. Folders and types of both add up; times bound it from both sides; a name in the question counts.

    Folders of the question are absolute paths, or names of `indexed` folders.
    """
    folders = {folder for said in question.folders for folder in folders_called(said, indexed)}
    return Filter(
        folders=tuple(outermost({*where.folders, *folders})),
        file_types=tuple(dict.fromkeys((*where.file_types, *question.file_types))),
        modified_since_ns=max(_given(where.modified_since_ns, question.since_ns), default=None),
        modified_before_ns=min(_given(where.modified_before_ns, question.before_ns), default=None),
        name=question.name or where.name,
    )


def folders_called(said: str, indexed: Iterable[str]) -> Sequence[str]:
    """Return the real path of an absolute one, or the indexed folders of that name, by its last parts, whatever its case and accents.

    If there is none, a path below which nothing ever lies.
    """
    if os.path.isabs(said):  # noqa: PTH117 - paths are strings here
        return [os.path.realpath(said)]
    ending = folded(os.path.join(os.sep, os.path.normpath(said)))  # noqa: PTH118 - as above
    called = [folder for folder in indexed if folded(folder).endswith(ending)]
    return called or [f"{os.sep}{os.sep}{said}"]


def _given(*times_ns: int | None) -> list[int]:
    return [time_ns for time_ns in times_ns if time_ns is not None]
