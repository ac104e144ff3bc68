"""Listening on Linux.

watchdog's `InotifyFD` reads the kernel's queue in a thread of its own. Which directory is which is kept here, and not by
watchdog's emitter: hints need no pairing of moves, and the emitter (7.1) adds all watches anew whenever the queue overflows,
which from some 16,000 directories on overflows it again, without end. It also says nothing of directories that it was not
allowed to watch, goes on to report moved ones under their old names, and watches what is ignored.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import struct
import termios
import threading
from collections.abc import Callable
from typing import Final

from watchdog.observers.inotify_c import (
    DEFAULT_EVENT_BUFFER_SIZE,
    InotifyConstants,
    InotifyEvent,
    InotifyFD,
    Mask,
    WatchDescriptor,
    inotify_add_watch,
    inotify_rm_watch,
)

from vectray_client.watch.mailbox import Mailbox
from vectray_client.watch.place import Enters, Hint

_CAME: Final = InotifyConstants.IN_CREATE | InotifyConstants.IN_MOVED_TO
_LEFT: Final = InotifyConstants.IN_DELETE | InotifyConstants.IN_MOVED_FROM
_WRITTEN: Final = InotifyConstants.IN_MODIFY | InotifyConstants.IN_CLOSE_WRITE | InotifyConstants.IN_ATTRIB
# In the order of inotify(7): directories only, no links, nothing about files that have no name any more.
_HOW: Final = InotifyConstants.IN_ONLYDIR | InotifyConstants.IN_DONT_FOLLOW | Mask(0x04000000)
_MASK: Final = Mask(_CAME | _LEFT | _WRITTEN | _HOW)
_ROOT_LEFT: Final = InotifyConstants.IN_DELETE_SELF | InotifyConstants.IN_MOVE_SELF
_ROOT_GONE: Final = _ROOT_LEFT | InotifyConstants.IN_UNMOUNT | InotifyConstants.IN_IGNORED

_NO_PARENT: Final = WatchDescriptor(0)
"""Stands above the root; the kernel counts from 1."""

_DEEPEST: Final = 4096
"""No path has more parts: PATH_MAX of Linux."""

_Key = tuple[WatchDescriptor, str]
"""The directory that a directory lies in, and its name there. So a moved directory takes all below it along."""


class _Queue(InotifyFD):
    """The kernel's queue, and the thread that reads it."""

    def __init__(self, take: Callable[[InotifyEvent], None]) -> None:
        super().__init__()
        self._take = take
        self._has_taken_all = False

    def handle_event(self, event: InotifyEvent) -> None:
        """Take one event, in the thread of this queue."""
        self._take(event)

    def read_events(self, *, event_buffer_size: int = DEFAULT_EVENT_BUFFER_SIZE) -> list[InotifyEvent]:
        """Wait for events; those that were read before have been taken."""
        self._has_taken_all = True
        return super().read_events(event_buffer_size=event_buffer_size)

    def _check_inotify_fd(self) -> bool:
        is_readable = super()._check_inotify_fd()
        self._has_taken_all = False  # said before anything leaves the kernel's queue
        return is_readable

    def is_drained(self) -> bool:
        """Whether the kernel keeps no event back, and all that left it have been taken. In this order: what leaves in between was there."""
        try:
            kept = fcntl.ioctl(self._inotify_fd, termios.FIONREAD, struct.pack("i", 0))
        except OSError:  # closed
            return False
        return not any(kept) and self._has_taken_all

    def watch(self, path: str, mask: Mask) -> WatchDescriptor:
        """Adds a directory, or finds the watch that it has. OSError if that is impossible."""
        number = inotify_add_watch(self._inotify_fd, os.fsencode(path), mask)
        if number == -1:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
        return number

    def unwatch(self, number: WatchDescriptor) -> None:
        """Removes a watch, if it is still there."""
        inotify_rm_watch(self._inotify_fd, number)


class InotifyListener:
    """Keeps a watch on each directory that is to be listened to, and knows where it stands now."""

    def __init__(self, root: str, mailbox: Mailbox, *, enters: Enters) -> None:
        self._root = root.rstrip(os.sep)
        self._mailbox = mailbox
        self._enters = enters
        self._lock = threading.Lock()
        self._places: dict[WatchDescriptor, _Key] = {}
        self._numbers: dict[_Key, WatchDescriptor] = {}
        self._met: set[WatchDescriptor] = set()
        self._astray: set[WatchDescriptor] = set()
        self._is_short = self._is_root_gone = False
        self._queue = _Queue(self._take)
        self._queue.start()
        try:
            self._add_all()
        except BaseException:
            self.close()
            raise

    @property
    def watched(self) -> int:
        """How many directories are listened to."""
        return len(self._places)

    @property
    def is_short_of_watches(self) -> bool:
        """Whether the system did not allow to listen everywhere."""
        return self._is_short

    def hears(self) -> bool:
        """Whether what happens to the folder is still heard."""
        return not self._is_root_gone and self._queue.is_alive()

    def has_heard_all(self) -> bool:
        """Whether everything that happened before this call is in the mailbox, where it is heard at all."""
        return self.hears() and self._queue.is_drained()

    def catch_up(self) -> None:
        """Listens to directories that were missed, and no more to those that are not there."""
        self._is_short = False
        with self._lock:
            self._met.clear()
        self._add_all()
        with self._lock:
            for number in self._places.keys() - self._met:
                self._drop(number)
        self.tidy()

    def tidy(self) -> None:
        """Listens no more to directories that were moved away."""
        with self._lock:
            if self._astray:
                outside = {number for number in self._places if self._path(number) is None}
                for number in outside | (self._astray - self._places.keys()):
                    self._drop(number)
                self._astray.clear()

    def close(self) -> None:
        """Ends the thread and waits for it."""
        self._queue.stop()
        self._queue.join()

    def _take(self, event: InotifyEvent) -> None:
        if event.mask & InotifyConstants.IN_Q_OVERFLOW:
            self._mailbox.put_overflow()
            return
        with self._lock:
            directory = self._path(event.wd)
            if event.mask & InotifyConstants.IN_IGNORED:
                self._forget(event.wd)
        if directory is None:
            return  # it was moved out of the folder
        if not event.name:
            if directory == self._root:
                self._is_root_gone |= bool(event.mask & _ROOT_GONE)
                self._mailbox.put_everything()
            return
        path = f"{directory}/{os.fsdecode(event.name)}"
        if not event.mask & InotifyConstants.IN_ISDIR:
            self._mailbox.put(Hint(path=path, is_removal=bool(event.mask & _LEFT)))
        elif self._enters(path):
            self._take_directory(event, path)

    def _take_directory(self, event: InotifyEvent, path: str) -> None:
        """Something happened to a directory as a whole. What has happened in it by now was not heard."""
        key = event.wd, os.fsdecode(event.name)
        if event.mask & _LEFT:
            with self._lock:
                number = self._numbers.get(key)
                if number is not None:
                    self._astray.add(number)  # it may turn up at another name at once
                    self._forget(number)
        else:
            with contextlib.suppress(OSError):  # gone again, or out of reach: whoever looks will see
                self._add_below(path, self._add(path, key, _MASK))
        self._mailbox.put(Hint(path=path, is_tree=True, is_removal=bool(event.mask & _LEFT)))

    def _add_all(self) -> None:
        root = self._root or os.sep
        self._add_below(self._root, self._add(root, (_NO_PARENT, self._root), Mask(_MASK | _ROOT_LEFT)))

    def _add_below(self, directory: str, number: WatchDescriptor) -> None:
        """Walks without recursion. A directory that is made meanwhile is heard of: its parent is watched before it is read."""
        pending = [(directory, number)]
        while pending and not self._is_short:
            directory, number = pending.pop()
            for name in _directories_in(directory or os.sep):
                path = f"{directory}/{name}"
                if self._enters(path):
                    with contextlib.suppress(OSError):  # as above
                        pending.append((path, self._add(path, (number, name), _MASK)))

    def _add(self, path: str, key: _Key, mask: Mask) -> WatchDescriptor:
        """Watches a directory, new or known, at the place where it stands now."""
        with self._lock:
            try:
                number = self._queue.watch(path, mask)
            except OSError as error:
                self._is_short |= error.errno == errno.ENOSPC
                raise
            self._met.add(number)
            former = self._numbers.get(key, number)
            if former != number:
                self._astray.add(former)
                self._forget(former)
            self._forget(number)
            self._places[number] = key
            self._numbers[key] = number
            return number

    # All below is done by whoever holds the lock.

    def _path(self, number: WatchDescriptor) -> str | None:
        """Where a directory stands; None for one that was moved out of the folder, or lies in such a one."""
        names: list[str] = []
        while number != _NO_PARENT:
            key = self._places.get(number)
            if key is None:
                return None
            number, name = key
            names.append(name)
            if len(names) > _DEEPEST:
                return None  # moves that were not heard have left a circle
        return "/".join(reversed(names))

    def _forget(self, number: WatchDescriptor) -> None:
        key = self._places.pop(number, None)
        if key is not None and self._numbers.get(key) == number:
            del self._numbers[key]

    def _drop(self, number: WatchDescriptor) -> None:
        self._forget(number)
        self._queue.unwatch(number)


def _directories_in(directory: str) -> list[str]:
    try:
        with os.scandir(directory) as entries:
            return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []
