"""How a folder is listened to, whatever the system."""

import sys
from typing import Protocol

from vectray_client.watch.mailbox import Mailbox
from vectray_client.watch.place import Enters


class Listener(Protocol):
    """Puts hints about a folder into a mailbox, from threads of its own."""

    @property
    def is_short_of_watches(self) -> bool:
        """Whether the system did not allow to listen everywhere."""

    def hears(self) -> bool:
        """Whether what happens to the folder is still heard."""

    def has_heard_all(self) -> bool:
        """Whether everything that happened before this call is in the mailbox, for sure."""

    def catch_up(self) -> None:
        """Listens to directories that were missed. OSError if the folder itself cannot be listened to."""

    def tidy(self) -> None:
        """Listens no more to what was moved away."""

    def close(self) -> None:
        """Ends all threads and waits for them."""


def listen(root: str, mailbox: Mailbox, enters: Enters) -> Listener:
    """Begins to listen to all that happens below a folder. OSError if that is impossible."""
    if sys.platform == "linux":
        from vectray_client.watch.inotify_listener import InotifyListener  # noqa: PLC0415 - Linux alone has it

        return InotifyListener(root, mailbox, enters=enters)
    from vectray_client.watch.plain_listener import PlainListener  # noqa: PLC0415 - brings what belongs to the system

    return PlainListener(root, mailbox)
