"""Listening on macOS and Windows, by watchdog's own observer: written, not measured.

Both systems drop events under load without a word that watchdog passes on; the look at the whole folder every quarter of
an hour finds what was missed.
"""

import os

from watchdog.events import DirMovedEvent, FileMovedEvent, FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from vectray_client.watch.mailbox import Mailbox
from vectray_client.watch.place import Hint


class _Handler(FileSystemEventHandler):
    """Passes on which paths were touched."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Take one event, in the observer's thread."""
        if event.event_type in ("opened", "closed_no_write") or (
            event.is_directory and event.event_type == "modified"
        ):
            return  # nothing has changed, or something in the directory has, which is told as well
        is_removal = event.event_type in ("deleted", "moved")
        path = os.fsdecode(event.src_path)
        self._mailbox.put(Hint(path=path, is_tree=event.is_directory, is_removal=is_removal))
        if isinstance(event, DirMovedEvent | FileMovedEvent):
            self._mailbox.put(Hint(path=os.fsdecode(event.dest_path), is_tree=event.is_directory))


class PlainListener:
    """Listens to a folder by whatever the system has."""

    is_short_of_watches = False

    def __init__(self, root: str, mailbox: Mailbox) -> None:
        self._observer = Observer()
        self._observer.schedule(_Handler(mailbox), root, recursive=True)
        self._observer.start()

    def hears(self) -> bool:
        """Whether what happens to the folder is still heard."""
        return self._observer.is_alive() and all(emitter.is_alive() for emitter in self._observer.emitters)

    def has_heard_all(self) -> bool:
        """Never: neither system tells what it has still to say."""
        return False

    def catch_up(self) -> None:
        """Do nothing: the system itself listens to all that lies below."""

    def tidy(self) -> None:
        """Do nothing, likewise."""

    def close(self) -> None:
        """Ends all threads and waits for them."""
        self._observer.stop()
        self._observer.join()
