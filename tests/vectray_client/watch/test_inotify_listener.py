import errno
import inspect
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("Linux alone has inotify", allow_module_level=True)

from tests.vectray_client.namespaces import output_of
from tests.vectray_client.watch.saving import write
from watchdog.observers import inotify_c

from vectray_client.watch.inotify_listener import InotifyListener
from vectray_client.watch.mailbox import Mailbox
from vectray_client.watch.place import Hint


class Heard:
    """A folder that is listened to, and all that was heard of it. Paths are relative to the folder."""

    def __init__(self, root: Path, enters: Callable[[str], bool]) -> None:
        self.root = root
        self._rings = threading.Event()
        self.mailbox = Mailbox(self._rings.set)
        self.listener = InotifyListener(str(root), self.mailbox, enters=enters)
        self.hints: dict[str, Hint] = {}
        self.is_everything = False

    def wait_for(self, *names: str) -> set[str]:
        """Waits until all these paths were heard of; returns what was heard since the last time, in trees what they cover."""
        self.wait_until(lambda: all(str(self.root / name) in self.hints for name in names))
        heard = {os.path.relpath(path, self.root) for path in self.hints}
        self.hints.clear()
        return heard

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Takes mail until something holds."""
        end = time.monotonic() + 10
        while not holds():
            mail = self.mailbox.take()
            self.hints |= {hint.path: hint for hint in mail.hints}
            self.is_everything |= mail.is_everything
            if not (mail.hints or mail.is_everything):
                assert self._rings.wait(end - time.monotonic()), self.hints
                self._rings.clear()


@contextmanager
def listening(root: Path, enters: Callable[[str], bool] = lambda _: True) -> Iterator[Heard]:
    """Listens to a folder."""
    heard = Heard(root, enters)
    try:
        yield heard
    finally:
        heard.listener.close()


def atomically(path: Path) -> None:
    """Saves as most editors do."""
    write(path.with_name(path.name + ".new")).rename(path)


def append(path: Path) -> None:
    """Writes at the end, as a log is written."""
    with path.open("a") as file:
        file.write("more")


def kernel_watches(heard: Heard) -> int:
    """How many watches the kernel keeps for the listener, by proc_pid_fdinfo(5)."""
    info = Path(f"/proc/self/fdinfo/{heard.listener._queue._inotify_fd}").read_text()
    return sum(line.startswith("inotify wd:") for line in info.splitlines())


SAVES: dict[str, Callable[[Path], object]] = {
    "in place": write,
    "atomic": atomically,
    "append": append,
    "deleted": Path.unlink,
    "linked": lambda path: path.with_name("link").hardlink_to(path),
    "touched": lambda path: os.utime(path, (1, 1)),
    "locked": lambda path: path.chmod(0o600),
    "truncated": lambda path: os.truncate(path, 1),
    "moved in": lambda path: write(path.parent.parent.parent / "outside").replace(path),
}


@pytest.mark.parametrize("kind", SAVES)
def test_every_way_to_change_a_file_is_heard(tmp_path: Path, kind: str) -> None:
    """In a directory of any depth, by its path."""
    note = write(tmp_path / "folder" / "deep" / "note.md")
    with listening(tmp_path / "folder") as heard:
        SAVES[kind](note)
        heard.wait_for("deep/link" if kind == "linked" else "deep/note.md")


def test_what_arrives_in_a_new_directory_is_heard_or_looked_for(tmp_path: Path) -> None:
    """The new directory is to be looked through; and from then on everything in it is heard."""
    with listening(tmp_path) as heard:
        write(tmp_path / "a" / "b" / "c" / "note.md")
        heard.wait_for("a")
        heard.wait_until(lambda: heard.listener.watched == 4)
        write(tmp_path / "a" / "b" / "c" / "second.md")
        assert "a/b/c/second.md" in heard.wait_for("a/b/c/second.md")


def test_a_moved_directory_goes_by_its_new_name(tmp_path: Path) -> None:
    """Old and new place are to be looked at, and nothing is heard under the old name any more, however deep."""
    write(tmp_path / "old" / "deep" / "note.md")
    (tmp_path / "other").mkdir()
    with listening(tmp_path) as heard:
        (tmp_path / "old").rename(tmp_path / "other" / "new")
        heard.wait_for("old", "other/new")
        write(tmp_path / "other" / "new" / "deep" / "note.md", "changed")
        assert "old/deep/note.md" not in heard.wait_for("other/new/deep/note.md")


def test_what_was_moved_away_is_heard_no_more(tmp_path: Path) -> None:
    """A directory that left the folder is nobody's business, and costs no watch for long."""
    write(tmp_path / "folder" / "leaving" / "deep" / "note.md")
    with listening(tmp_path / "folder") as heard:
        (tmp_path / "folder" / "leaving").rename(tmp_path / "left")
        heard.wait_for("leaving")
        write(tmp_path / "left" / "deep" / "note.md", "changed")
        write(tmp_path / "folder" / "last")
        assert heard.wait_for("last") == {"last"}
        heard.listener.tidy()
        assert heard.listener.watched == kernel_watches(heard) == 1
        (tmp_path / "left").rename(tmp_path / "folder" / "back")
        heard.wait_for("back")
        write(tmp_path / "folder" / "back" / "deep" / "note.md", "again")
        heard.wait_for("back/deep/note.md")


def test_ignored_directories_cost_nothing(tmp_path: Path) -> None:
    """Neither those that were there nor those that are made later are watched, nor what is in them."""
    write(tmp_path / "ignored" / "deep" / "a")
    with listening(tmp_path, lambda path: not path.endswith("/ignored")) as heard:
        assert heard.listener.watched == 1
        write(tmp_path / "sub" / "ignored" / "a")
        write(tmp_path / "ignored" / "b")
        write(tmp_path / "last")
        assert heard.wait_for("last", "sub") <= {"last", "sub"}
        assert heard.listener.watched == 2


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Loops are harmless, and what a link leads to is not in the folder."""
    write(tmp_path / "outside" / "a")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "outside")
    (folder / "loop").symlink_to(folder)
    with listening(folder) as heard:
        write(tmp_path / "outside" / "a", "changed")
        write(folder / "last")
        assert heard.wait_for("last") == {"last"}


@pytest.mark.parametrize("end", ["deleted", "moved"])
def test_the_end_of_the_folder_is_heard(tmp_path: Path, end: str) -> None:
    """Whoever asks is told that nothing will be heard any more."""
    folder = tmp_path / "folder"
    folder.mkdir()
    with listening(folder) as heard:
        assert heard.listener.hears()
        shutil.rmtree(folder) if end == "deleted" else folder.rename(tmp_path / "elsewhere")
        heard.wait_until(lambda: heard.is_everything)
        assert not heard.listener.hears()


def test_what_cannot_be_listened_to_says_so(tmp_path: Path) -> None:
    """A folder that is not there is an error at once, and leaves no thread behind."""
    before = threading.active_count()
    with pytest.raises(OSError, match="No such file"):
        InotifyListener(str(tmp_path / "missing"), Mailbox(lambda: None), enters=lambda _: True)
    assert threading.active_count() == before


def overflow(heard: Heard, folder: Path) -> None:
    """Makes more happen than the kernel keeps, while nobody reads."""
    limit = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    names = [str(folder / name) for name in ("here", "there")]
    Path(names[0]).touch()
    with heard.listener._lock:  # the thread that reads waits for it after the first event
        for number in range(limit):
            os.rename(names[number % 2], names[1 - number % 2])  # noqa: PTH104 - speed


def test_lost_events_are_noticed_and_made_up_for(tmp_path: Path) -> None:
    """An overflow is counted and the whole folder to be looked at; after catching up, directories whose birth was lost are heard,
    moved ones go by their new names, and none that left is.
    """
    (tmp_path / "busy").mkdir()
    write(tmp_path / "moving" / "deep" / "a")
    write(tmp_path / "leaving" / "a")
    with listening(tmp_path) as heard:
        overflow(heard, tmp_path / "busy")
        (tmp_path / "unheard" / "deep").mkdir(parents=True)
        (tmp_path / "moving").rename(tmp_path / "unheard" / "moved")
        heard.wait_until(lambda: heard.is_everything)
        assert heard.mailbox.overflows >= 1
        heard.listener.catch_up()
        heard.hints.clear()
        for name in ("unheard/deep/a", "unheard/moved/deep/b"):
            write(tmp_path / name)
            heard.wait_for(name)
        heard.listener.tidy()
        assert heard.listener.watched == kernel_watches(heard)


def test_no_directory_is_heard_of_under_two_names(tmp_path: Path) -> None:
    """Catching up changes nothing where nothing was missed."""
    for number in range(20):
        write(tmp_path / f"{number % 4}" / f"{number}" / "a")
    with listening(tmp_path) as heard:
        before = heard.listener.watched
        heard.listener.catch_up()
        heard.listener.tidy()
        assert heard.listener.watched == before == 25
        write(tmp_path / "3" / "19" / "a", "changed")
        heard.wait_for("3/19/a")


LIMITED = """
import sys
from pathlib import Path
from vectray_client.watch.inotify_listener import InotifyListener
from vectray_client.watch.mailbox import Mailbox
root = Path(sys.argv[1])
for number in range(30):
    (root / str(number)).mkdir()
limit = Path("/proc/sys/user/max_inotify_watches")
limit.write_text("10")
listener = InotifyListener(str(root), Mailbox(lambda: None), enters=lambda _: True)
print(listener.is_short_of_watches, listener.watched)
limit.write_text("1000")
listener.catch_up()
print(listener.is_short_of_watches, listener.watched)
listener.close()
limit.write_text("0")
try:
    InotifyListener(str(root), Mailbox(lambda: None), enters=lambda _: True)
except OSError as error:
    print(error.errno)
"""


def test_the_limit_of_watches_is_noticed(tmp_path: Path) -> None:
    """Where the system allows fewer watches than there are directories, that is told; where none, it is an error; where
    more again, catching up is enough.
    """
    assert output_of(LIMITED, str(tmp_path)) == ["True 10", "False 31", str(errno.ENOSPC)]


def test_what_happened_is_in_the_mailbox_once_all_was_heard(tmp_path: Path) -> None:
    """As soon as the listener says that it has heard all, every earlier change has its hint, in new directories as well."""
    with listening(tmp_path) as heard:
        for number in range(300):
            path = write(tmp_path / f"{number // 20}" / f"{number}")
            while not heard.listener.has_heard_all():
                time.sleep(0)
            mail = heard.mailbox.take()
            assert any(path.is_relative_to(hint.path) for hint in mail.hints)
    assert not heard.listener.has_heard_all()


def test_the_seams_of_watchdog_are_where_they_were() -> None:
    """This listener stands on parts of watchdog that are not its public face: they have to be there, and to mean the same."""
    assert {"handle_event", "on_thread_stop", "run", "read_events"} <= set(dir(inotify_c.InotifyFD))
    assert "self.handle_event(event)" in inspect.getsource(inotify_c.InotifyFD.run)
    assert "IN_Q_OVERFLOW" in inspect.getsource(inotify_c.InotifyFD.read_events)
    reading = inspect.getsource(inotify_c.InotifyFD._read_event_buffer)
    assert 0 < reading.index("self._check_inotify_fd()") < reading.index("os.read(self._inotify_fd")
    queue = inotify_c.InotifyFD()
    try:
        assert isinstance(queue._inotify_fd, int)
        number = inotify_c.inotify_add_watch(queue._inotify_fd, b"/", inotify_c.InotifyConstants.IN_CREATE)
        assert number == 1
        assert inotify_c.inotify_rm_watch(queue._inotify_fd, number) == 0
    finally:
        queue.start()
        queue.stop()
        queue.join()
