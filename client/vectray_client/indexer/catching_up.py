"""Bringing the index up to date once, in the foreground: the same pipeline, without watching, until nothing waits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope
from vectray_client.index.store import Store
from vectray_client.indexer.state import IndexState

Report = Callable[[IndexState], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What it came to."""

    embedded: int
    """Passages that were sent to the model."""
    removed: int
    """Files that were forgotten because they are gone."""


def bring_up_to_date(
    store: Store,
    embedder: Embedder,
    *,
    index_file: Path,
    folders: Sequence[str],
    scope: Scope,
    model: str = "",
    report: Report,
) -> Summary:
    """Bring the index up to date with `folders`, absolute paths that the store knows; return what it came to.

    `model` names the model to use from now on, empty for the one in use. `report` hears of every step, in this thread. Whatever ends this early,
    every file is in the index whole: as it is now, or as it was.

    Raises:
        IndexPaused: the person has paused indexing.
        FolderMissing, NotAFolder: one of them cannot be looked at; nothing is changed then.
        ReadersFailed, TokenizerUnusable: no file can be read at all.
        VectrayClientError: the daemon was lost and could not be brought back, or does not have the model.

    """
    raise NotImplementedError
