import threading

from vectray_client.indexer.snapshots import Snapshots
from vectray_client.indexer.state import Snapshot


def test_a_revision_is_a_difference() -> None:
    """Equal states have one revision, so that nobody is woken for nothing."""
    snapshots = Snapshots()
    for files in (1, 1, 2):
        snapshots.publish(Snapshot(files=files))
    assert (snapshots.newest.revision, snapshots.newest.files) == (2, 2)


def test_who_waits_hears_of_the_next_one() -> None:
    """At once if there was one since, at the end of the time if there is none."""
    snapshots = Snapshots()
    threading.Timer(0.05, lambda: snapshots.publish(Snapshot(files=3))).start()
    assert snapshots.wait_change(0, timeout_seconds=10).files == 3
    assert snapshots.wait_change(0, timeout_seconds=10).revision == 1
    assert snapshots.wait_change(1, timeout_seconds=0.01).revision == 1
