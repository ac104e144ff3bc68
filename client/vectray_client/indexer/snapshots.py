"""The newest state of the index, for whoever wants to see it or to wait for the next."""

import threading
from dataclasses import replace

from vectray_client.indexer.state import Snapshot


class Snapshots:
    """Holds one state. Written by one thread, read by any."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._state = Snapshot()

    @property
    def newest(self) -> Snapshot:
        """The newest state."""
        return self._state

    def publish(self, state: Snapshot) -> None:
        """Put a state into the place of the one before, if they differ. Its revision is given here."""
        state = replace(state, revision=self._state.revision)
        if state != self._state:
            with self._changed:
                self._state = replace(state, revision=state.revision + 1)
                self._changed.notify_all()

    def wait_change(self, revision: int, *, timeout_seconds: float) -> Snapshot:
        """Return the newest state, as soon as its revision is larger or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: self._state.revision > revision, timeout_seconds)
            return self._state
