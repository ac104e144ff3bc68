"""The map as the agent keeps it: drawn when it is first asked for, remembered, and drawn anew once enough has changed."""

import time
from pathlib import Path
from threading import Event, Lock
from types import TracebackType
from typing import Self

from vectray_client.drawing.draughtsman import draw
from vectray_client.drawing.gathering import open_gathering
from vectray_client.drawing.kept import EMPTY, Drawn, is_stale, still_there
from vectray_client.sdk.found import Map, Point


class Drawing:
    """Maps of one index, for any thread. One is drawn at a time; whoever asks meanwhile waits for it."""

    def __init__(self, *, index_file: Path) -> None:
        self._index_file = index_file
        self._turn = Lock()
        self._ending = Event()
        self._last = EMPTY
        self._most = 0
        self._drawn_at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process that draws, if one does; who waits for it gets NotDrawn. No map is drawn from now on."""
        self._ending.set()
        with self._turn:
            self._last = EMPTY

    def map(self, most: int) -> Map:
        """Return a map of at most so many documents, at least one. Takes seconds where it has to be drawn, 0.1 s where it is remembered.

        Documents that are gone are never on it; new ones are once it is drawn anew: when one in twenty has changed, or five minutes after
        the last time if any has.

        Raises:
            NotDrawn: it could not be drawn; the message says why.
            IndexFault: the index cannot be read.

        """
        with self._turn:
            with open_gathering(self._index_file) as gathering:
                now, total = gathering.listed(most), gathering.total()
            if not now:
                self._last = EMPTY
            age_seconds = time.monotonic() - self._drawn_at
            if (now and most != self._most) or is_stale(self._last, now, age_seconds=age_seconds):
                self._last = draw(self._index_file, most=most, last=self._last, ending=self._ending)
                self._most, self._drawn_at = most, time.monotonic()
            return _map(still_there(self._last, now), total)


def _map(drawn: Drawn, total: int) -> Map:
    return Map(
        points=tuple(
            Point(
                path=document.path,
                x=x,
                y=y,
                title=document.title,
                file_type=document.file_type,
                group=group,
            )
            for document, (x, y), group in zip(
                drawn.documents, drawn.positions.tolist(), drawn.groups, strict=True
            )
        ),
        total=total,
        groups=drawn.labels,
    )
