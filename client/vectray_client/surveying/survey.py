"""Looks through a folder, and tells what is known of it so far."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, wait

from vectray_client.domain import Refusal
from vectray_client.read.admission import Opened
from vectray_client.read.digest import let_in
from vectray_client.sdk.surveyed import Survey
from vectray_client.surveying.ground import Ground
from vectray_client.surveying.notes import notes_on_contents, notes_on_languages
from vectray_client.surveying.prospect import Prospect
from vectray_client.surveying.sampling import HEAD_BYTES, Sample
from vectray_client.surveying.tally import Tally, text_bytes
from vectray_client.surveying.walking import Met, walk
from vectray_client.watch.scanner import check_folder

_TELL_SECONDS = 0.2
"""Between two surveys: as fast as growing numbers can be read."""
_PATIENCE_SECONDS = 5.0
"""For a prospect, once all else is known: the daemon may have to be started."""


def survey(ground: Ground, prospect: "Future[Prospect]") -> Iterator[Survey]:
    """Yield what is known of a folder, several times a second, at last the whole. Who leaves early ends it.

    No file is read beyond its first 64 KB, none is fetched from a cloud, nothing that never ends is waited for. `prospect` may be settled
    at any time, or never, or with an error.

    Raises:
        FolderMissing, NotAFolder: the folder is out of reach, or is none any more.

    """
    looking = _Looking(ground)
    told_at = time.monotonic()
    for met in walk(ground.folder, ground.bounds, own=ground.own):
        looking.take(met)
        if time.monotonic() >= told_at + _TELL_SECONDS:
            yield looking.told(prospect)
            told_at = time.monotonic()
    check_folder(ground.folder)  # one that vanished looks as if it were empty
    patient_until = time.monotonic() + _PATIENCE_SECONDS
    while not prospect.done() and time.monotonic() < patient_until:
        yield looking.told(prospect)
        wait([prospect], _TELL_SECONDS)
    yield looking.told(prospect, is_done=True)


class _Looking:
    """One look through a folder."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._tally = Tally()
        self._sample = Sample()

    def take(self, met: Met) -> None:
        """Take in what was met. What changes or vanishes at this moment is not counted at all."""
        found = met.refusal or let_in(met.path, take=_head)
        if not isinstance(found, Refusal):
            file_type, state, head = found
            self._tally.take(file_type, state.size)
            self._sample.offer(met.path, file_type, modified_ns=state.mtime_ns, head=head)
        elif not found.is_transient:
            self._tally.leave(met.path, found.reason)

    def told(self, prospect: "Future[Prospect]", *, is_done: bool = False) -> Survey:
        """Return what is known so far."""
        foreseen = _foreseen(prospect) or Prospect(model=self._ground.model)
        tally, han_share = self._tally, self._sample.han_share()
        is_new = tally.files and not self._ground.is_indexed
        notes = [*self._ground.notes, *notes_on_languages(han_share, foreseen)]
        if is_done:
            notes += notes_on_contents(files=tally.files, others=len(tally.skipped))
        return Survey(
            files=tally.files,
            bytes=tally.size_bytes,
            skipped=tally.skipped,
            seconds=foreseen.seconds(text_bytes(tally.bytes_of)) if is_new else 0.0,
            han_share=han_share,
            model=foreseen.model,
            notes=tuple(notes),
            is_done=is_done,
        )


def _head(opened: Opened) -> bytes:
    return opened.head[:HEAD_BYTES]


def _foreseen(prospect: "Future[Prospect]") -> Prospect | None:
    if not prospect.done() or prospect.cancelled() or prospect.exception():
        return None
    return prospect.result()
