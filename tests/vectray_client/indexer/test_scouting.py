import time
from functools import partial

from tests.vectray_client.indexer.desk import SCOPE, Desk
from tests.vectray_client.store.documents import index_path

from vectray_client.indexer.inbox import Inbox
from vectray_client.indexer.scouting import Scouting
from vectray_client.store.reading import open_reader


def test_many_files_that_are_not_what_they_were_are_looked_at_together(at: Desk) -> None:
    """Nothing more is read of a folder that was renamed or emptied under the queue, until all of it was looked at once."""
    folder, inbox = str(at.folder), Inbox()
    at.store.add_folder(folder)
    open_index = partial(open_reader, index_path(at.home))
    scouting = Scouting(at.store, inbox, open_index, scope=SCOPE, watcher=None, tell_saved=lambda _: None)
    scouting.look_after([folder])
    scouting.doubt(f"{folder}/one")
    assert scouting.in_order() == [folder]
    for number in range(100):
        scouting.doubt(f"{folder}/{number}")
    assert scouting.in_order() == []
    until = time.monotonic() + 30
    while scouting.is_busy:
        scouting.advance(time.monotonic())
        arrived = inbox.wait(1.0)
        assert time.monotonic() < until
        if arrived:
            arrived[0]()
    assert scouting.in_order() == [folder]
    scouting.close()
