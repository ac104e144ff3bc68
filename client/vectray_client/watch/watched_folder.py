"""One folder that is watched: how it is listened to, what to do where that fails, and when to look at all of it."""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

from vectray_client.filesystems import FileSystem, kind_of
from vectray_client.watch.aggregator import Aggregator, Limits
from vectray_client.watch.listening import Listener, listen
from vectray_client.watch.mailbox import Mailbox
from vectray_client.watch.place import Hint, Place
from vectray_client.watch.rules import IGNORE_FILES
from vectray_client.watch.shown import is_unicode

Admits = Callable[[str], bool]
"""Whether anything at an absolute path, with a `/` at its end if it is a directory, could be one of the folder's files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How often what is looked at, in seconds."""

    check_seconds: float = 5.0
    """Whether the folder is still the one that is listened to. Costs a look at one directory."""
    poll_seconds: float = 60.0
    """All of a folder that is not heard in full."""
    reconcile_seconds: float = 3600.0 if sys.platform == "linux" else 900.0
    """All of any folder: trust in what is heard ends somewhere. Linux tells when it could not keep up, the others do not."""
    first_retry_seconds: float = 60.0
    """After a folder could not be listened to; doubling. So does Syncthing."""
    last_retry_seconds: float = 3600.0
    look_again_seconds: float = 0.05
    """After something was heard. A storm of changes is so taken in handfuls."""
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchHealth:
    """How well a folder is watched."""

    is_live: bool
    """Whether changes are heard of as they happen, all of them."""
    reason: str
    """If not, why, and what is done instead: one sentence."""
    overflows: int
    """How often the system had more to tell than it could keep; each time all of the folder was looked at."""


class WatchedFolder:
    """Times are seconds of one steady clock. Used by one thread."""

    def __init__(self, path: str, *, wake: Callable[[], None], admits: Admits, timing: Timing) -> None:
        self.path = path
        self._admits = admits
        self._timing = timing
        self._mailbox = Mailbox(wake)
        self._aggregator = Aggregator(path, timing.limits)
        self._listener: Listener | None = None
        self._identity: tuple[int, int] | None = None
        self._reason = ""
        self._missed = False
        self._check_at = self._retry_at = self._look_at = float("-inf")
        self._retry_seconds = timing.first_retry_seconds
        self._all_at = float("-inf")

    def due(self, now: float, *, is_awaited: bool = False) -> Sequence[Place]:
        """Hands out what is to be looked at by now, or all that was hinted at; mends what is broken."""
        if now >= self._check_at:
            self._check_at = now + self._timing.check_seconds
            self._check(now)
        self._look(now)
        if now >= self._all_at:
            self._all_at = now + self._all_seconds
            self._aggregator.add(Hint(path=self.path, is_tree=True), now=now)
        places = self._aggregator.take_due(now, is_awaited=is_awaited)
        if self._missed and any(place.path == self.path for place in places):
            self._catch_up()
        return places

    def next_due(self) -> float:
        """When `due` should be called again at the latest."""
        waiting = self._aggregator.next_due()
        times = (self._check_at, self._look_at, self._all_at, waiting)
        return min(time for time in times if time is not None)

    def has_heard_all(self) -> bool:
        """Whether everything that happened in the folder before this call was heard, for sure."""
        return bool(self._listener and not self._reason and self._listener.has_heard_all())

    def unseen(self, now: float) -> Sequence[str]:
        """What was hinted at and not handed out, as paths, the last hint first; the folder itself where more may have happened than was heard."""
        if not self.has_heard_all():
            return [self.path]
        self._look(now)
        return self._aggregator.waiting()

    def health(self) -> WatchHealth:
        """How well the folder is watched."""
        return WatchHealth(is_live=not self._reason, reason=self._reason, overflows=self._mailbox.overflows)

    def miss(self) -> None:
        """Takes note that anything may have happened, unheard."""
        self._missed = True
        self._mailbox.put_everything()

    def close(self) -> None:
        """Listens no more."""
        if self._listener:
            self._listener.close()
            self._listener = None

    @property
    def _all_seconds(self) -> float:
        return self._timing.poll_seconds if self._reason else self._timing.reconcile_seconds

    def _check(self, now: float) -> None:
        identity = _identity(self.path)
        is_heard = self._listener.hears() if self._listener else bool(self._reason)
        if not is_heard or identity != self._identity:
            self.close()
            self._identity = identity
            self._retry_seconds = self._timing.first_retry_seconds
            self._begin(now)
            self._all_at = now
        elif self._reason and now >= self._retry_at:
            self._begin(now)
        if self._listener:
            self._listener.tidy()
            if self._listener.is_short_of_watches:
                self._reason = _why(OSError(errno.ENOSPC, ""))
        self._all_at = min(self._all_at, now + self._all_seconds)

    def _begin(self, now: float) -> None:
        """Listen, or listen to what could not be listened to before."""
        self._retry_at = now + self._retry_seconds
        self._retry_seconds = min(2 * self._retry_seconds, self._timing.last_retry_seconds)
        try:
            self._reason = reason_not_to_listen(kind_of(self.path))
            if not self._reason and self._listener:
                self._listener.catch_up()
            elif not self._reason:
                self._listener = listen(
                    self.path, self._mailbox, lambda directory: self._admits(f"{directory}/")
                )
        except OSError as error:
            self.close()
            self._reason = _why(error)

    def _look(self, now: float) -> None:
        mail = self._mailbox.take()
        if mail.is_everything:
            self._missed = True
            self._aggregator.add(Hint(path=self.path, is_tree=True), now=now)
        for hint in mail.hints:
            if self._admits(hint.path + "/" * hint.is_tree):
                self._aggregator.add(_widened(hint), now=now)
        heard = mail.is_everything or mail.hints
        self._look_at = now + self._timing.look_again_seconds if heard else float("inf")

    def _catch_up(self) -> None:
        """What was missed may have been new directories. From here on they are heard; what is in them, the look will show."""
        self._missed = False
        if self._listener:
            try:
                self._listener.catch_up()
            except OSError:
                self._check_at = float("-inf")


def _widened(hint: Hint) -> Hint:
    """The directory instead, where an ignore file in it has changed, or where a name is none that an index could hold."""
    if os.path.basename(hint.path) in IGNORE_FILES:  # noqa: PTH119 - paths are strings here
        return Hint(path=os.path.dirname(hint.path), is_tree=True)  # noqa: PTH120 - as above
    path = hint.path
    while not is_unicode(path):
        path = os.path.dirname(path)  # noqa: PTH120 - as above
    return hint if path == hint.path else Hint(path=path, is_tree=True)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - paths are strings here
    except OSError:
        return None
    return status.st_dev, status.st_ino


_RAISED: Final = {"fs.inotify.max_user_watches": 1_048_576, "fs.inotify.max_user_instances": 1024}


def _why(error: OSError) -> str:
    setting = {
        errno.ENOSPC: "fs.inotify.max_user_watches",
        errno.EMFILE: "fs.inotify.max_user_instances",
    }.get(error.errno or 0)
    if setting is None:
        return f"It cannot be watched ({error.strerror}), so changes are looked for every minute."
    return (
        "The system does not allow to watch all of it, so changes are looked for every minute; "
        f"`sudo sysctl -w {setting}={_RAISED[setting]}` allows more."
    )


def reason_not_to_listen(lies_on: FileSystem) -> str:
    """Why it is no use to listen to a folder on this file system, as a sentence for people; empty if it is."""
    if lies_on.is_remote:
        return f"It is on a network drive ({lies_on.name}), so changes are looked for every minute."
    if lies_on.hides_changes:
        return f"Its file system ({lies_on.name}) does not tell of all changes, so they are looked for every minute."
    return ""
