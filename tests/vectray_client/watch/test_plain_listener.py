import threading
import time
from pathlib import Path

from vectray_client.watch.mailbox import Mailbox
from vectray_client.watch.place import Hint
from vectray_client.watch.plain_listener import PlainListener


def wait_for(mailbox: Mailbox, *expected: Hint) -> None:
    """Waits until these hints have come in."""
    hints, end = set[Hint](), time.monotonic() + 10
    while not hints >= set(expected):
        assert time.monotonic() < end, hints
        hints |= set(mailbox.take().hints)
        time.sleep(0.01)


def test_what_happens_is_heard_until_the_end(tmp_path: Path) -> None:
    """Saves, moves, new directories and deletions, by whatever watchdog has for the system; then no thread is left."""
    before = set(threading.enumerate())
    mailbox = Mailbox(lambda: None)
    listener = PlainListener(str(tmp_path), mailbox)
    assert listener.hears()
    note = tmp_path / "note.md"
    note.write_text("text")
    wait_for(mailbox, Hint(path=str(note)))
    (tmp_path / "new").mkdir()
    wait_for(mailbox, Hint(path=str(tmp_path / "new"), is_tree=True))
    note.rename(tmp_path / "new" / "note.md")
    wait_for(mailbox, Hint(path=str(note), is_removal=True), Hint(path=str(tmp_path / "new" / "note.md")))
    (tmp_path / "new" / "note.md").unlink()
    wait_for(mailbox, Hint(path=str(tmp_path / "new" / "note.md"), is_removal=True))
    listener.catch_up()
    listener.tidy()
    listener.close()
    assert not listener.hears()
    assert set(threading.enumerate()) <= before
