"""Bringing the index up to date once, in the foreground: the same pipeline, without watching, until nothing waits."""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from vectray_client.domain import Fault
from vectray_client.embed.embedder import Embedder
from vectray_client.freshness import Scope
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.indexer.state import Snapshot
from vectray_client.store.store import Store

Report = Callable[[Snapshot], None]


class IndexPaused(Fault):
    """The person has paused indexing; the message says until when."""


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
    report: Report = lambda _: None,
) -> Summary:
    """Bring the index up to date with `folders`, absolute paths that the store knows; return what it came to.

    `model` names a model to change to, which may be the one in use, if that makes other vectors by now; empty for no change. `index_file`
    is the store's.
    `report` hears of every new state, in this thread. Whatever ends this early, every file is in the index whole: as it is now, or
    as it was.

    Raises:
        IndexPaused: the person has paused indexing, of all or of one of the folders; the others are up to date then.
        FolderMissing, NotAFolder, FolderSwapped: one of the folders cannot be looked at; nothing is changed in it then.
        ReadersFailed, TokenizerUnusable: no file can be read at all.
        VectrayClientError: the daemon was lost and could not be brought back, or does not have the model.

    """
    room = ReadingRoom(embedder)
    pipeline = Pipeline(
        store, embedder, room, index_file=index_file, scope=scope, is_patient=False, tell=report
    )
    with closing(room), closing(pipeline):
        if model:
            asked = pipeline.use_model(model)
            pipeline.run(until_idle=True)
            asked.result()
        looks = [pipeline.rescan(folder) for folder in folders]
        pipeline.run(until_idle=True)
        if pause := next(filter(None, map(pipeline.pause_reason, folders)), ""):
            raise IndexPaused(pause)
        for look in looks:
            look.result()
        state = pipeline.state()
        return Summary(embedded=state.embedded, removed=state.removed)
