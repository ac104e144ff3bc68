"""What was changed last, as it is told: by the agent, and by a command where no agent runs."""

from collections.abc import Sequence

from vectray_client.sdk.found import RecentDocument
from vectray_client.store.reading import Reader

_AHEAD_NS = 86_400 * 1_000_000_000
"""A file may come from a machine whose clock is ahead. What is dated later than that was dated by mistake, and would stay the newest for years."""


def recent_documents(reader: Reader, *, most: int, now_ns: int) -> Sequence[RecentDocument]:
    """Return the documents whose files were changed last, the last one first; `now_ns` is Unix time."""
    return [
        RecentDocument(
            path=file.path, title=file.title, file_type=file.file_type, modified_ns=file.modified_ns
        )
        for file in reader.changed_last(most, before_ns=now_ns + _AHEAD_NS)
    ]
