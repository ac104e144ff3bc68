import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.vectray_client.store.documents import DAMAGED, STATE, document, found_texts, is_left_out, put

from vectray_client.agent import orders
from vectray_client.domain import Changes, FileState
from vectray_client.store.records import Noted
from vectray_client.store.store import Store

NEW = FileState(11, 21, 31, 41)


def log_bytes(tmp_path: Path) -> int:
    """How much was written since the last checkpoint."""
    return (tmp_path / "data" / "index.sqlite-wal").stat().st_size


def ticket_of(store: Store, path: str) -> int:
    """The ticket under which a file waits."""
    dirty = store.queued_file(path)
    assert dirty is not None
    return dirty.ticket


def paths_found(store: Store, word: str) -> list[str]:
    """Where a word is found."""
    hits = store.keyword_search(f'"{word}"', 50)
    found = store.passages([chunk_id for chunk_id, _ in hits])
    return sorted(passage.path for copies in found.values() for passage in copies)


def test_the_last_edited_file_is_read_first(store: Store) -> None:
    """What somebody has just written is what they look for next."""
    states = {f"/d/{mtime_ns}": FileState(1, mtime_ns, 1, mtime_ns) for mtime_ns in (20, 30, 10)}
    assert store.note("/d", Changes(dirty=states)) == Noted(dirty=3, renamed=0, removed=0)
    assert [dirty.path for dirty in store.queue("/d", 2)] == ["/d/30", "/d/20"]
    assert [dirty.path for dirty in store.queue("/d", 2, skip={"/d/30"})] == ["/d/20", "/d/10"]
    assert [store.place_in_queue(path) for path in ("/d/30", "/d/10", "/d/no")] == [1, 3, None]
    assert store.queued() == {"/d": 3}


def test_a_file_leaves_the_queue_with_its_result(store: Store) -> None:
    """Nothing that was noted is lost until what came of it is stored, in the same commit."""
    store.note("/d", Changes(dirty={"/d/a": NEW}))
    assert store.store_document(
        "/d/a", NEW, settled=True, document=document("text"), ticket=ticket_of(store, "/d/a")
    )
    assert (store.queue("/d", 1), found_texts(store, "text")) == ([], ["text"])


def test_an_old_ticket_clears_nothing(store: Store) -> None:
    """A file that changed while it was read is read again; what was read of it is better than nothing until then."""
    store.note("/d", Changes(dirty={"/d/a": STATE}))
    ticket = ticket_of(store, "/d/a")
    store.note("/d", Changes(dirty={"/d/a": NEW}))
    assert store.store_document("/d/a", STATE, settled=True, document=document("old"), ticket=ticket)
    assert [dirty.state for dirty in store.queue("/d", 1)] == [NEW]
    assert found_texts(store, "old") == ["old"]


@pytest.mark.parametrize("way", ["gone", "forgotten", "folder removed"])
def test_what_was_removed_while_it_was_read_stays_away(store: Store, way: str) -> None:
    """A result that comes too late brings nothing back: neither the file nor its text."""
    put(store, "/d/a", document("before"))
    store.note("/d", Changes(dirty={"/d/a": NEW}))
    ticket = ticket_of(store, "/d/a")
    if way == "gone":
        store.note("/d", Changes(gone=frozenset({"/d/a"})))
    elif way == "forgotten":
        orders.forget(store, "/d/a", discard_cache=int)
    else:
        store.remove_folder("/d")
    late = document("late")
    assert not store.store_document("/d/a", NEW, settled=True, document=late, ticket=ticket)
    assert not store.store_refusal("/d/a", NEW, settled=True, refusal=DAMAGED, ticket=ticket)
    assert store.known_file("/d/a") is None
    assert not store.has_document(late.sha256, late.file_type)


def test_what_is_forgotten_while_a_scan_runs_stays_away(store: Store) -> None:
    """The scan began before and has it among its findings; its name is not kept either, though a folder of its own in it is."""
    store.add_folder("/d/in/own")
    store.leave_out("/d/in")
    store.leave_out("/d/b")
    paths = ("/d/in/a", "/d/b", "/d/c")
    store.note("/d", Changes(dirty=dict.fromkeys(paths, NEW), refused={"/d/in/shut": DAMAGED}))
    store.note("/d/in/own", Changes(dirty={"/d/in/own/a": NEW}))
    waiting = {dirty.path for folder in store.folders() for dirty in store.queue(folder, 9)}
    assert (waiting, store.problems()) == ({"/d/c", "/d/in/own/a"}, [])


def test_what_was_forgotten_while_it_was_looked_for_stays_away(store: Store) -> None:
    """A scan that began before knows nothing of it; neither the file nor the place that it lay in comes back."""
    store.forget("/d/private")
    found = Changes(dirty={"/d/private/a": NEW, "/d/b": NEW}, refused={"/d/private/shut": DAMAGED})
    store.note("/d", found)
    assert ([dirty.path for dirty in store.queue("/d", 9)], store.problems()) == (["/d/b"], [])


def test_a_folder_that_was_added_while_another_was_looked_at_is_its_own(store: Store) -> None:
    """What a scan of the outer folder says of the inner one is void: its drive may be gone by now, which deletes nothing."""
    put(store, "/d/in/a", document("inner"))
    store.add_folder("/d/in")
    store.note("/d", Changes(gone=frozenset({"/d/in/a"}), dirty={"/d/in/b": NEW}))
    assert (found_texts(store, "inner"), store.queued()) == (["inner"], {})


def test_a_scan_that_finds_nothing_new_writes_nothing(store: Store, tmp_path: Path) -> None:
    """A folder with problems and waiting files can be looked at for ever without wearing out the disk."""
    changes = Changes(dirty={"/d/a": NEW}, refused={"/d/shut": DAMAGED})
    store.note("/d", changes)
    before = log_bytes(tmp_path)
    assert store.note("/d", changes) == store.note("/d", Changes(refused={"/d/shut": DAMAGED}))
    assert log_bytes(tmp_path) == before


def test_a_scan_of_a_folder_that_was_removed_meanwhile_is_void(store: Store) -> None:
    """What nobody wants indexed any more is not read."""
    store.remove_folder("/d")
    assert store.note("/d", Changes(dirty={"/d/a": NEW}, refused={"/d/b": DAMAGED})).dirty == 0
    assert (store.queued(), store.problems()) == ({}, [])


@pytest.mark.parametrize(
    ("before", "after", "at_once"),
    [
        ({"a": 1}, {"b": 1}, {"b": 1}),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"b": 1, "c": 2}, {"b": 2}),
        ({"a": 1, "b": 2}, {"b": 1}, {"b": 2}),
        ({"a": 1, "b": 2, "c": 3}, {"a": 3, "b": 1, "c": 2}, {"a": 1, "b": 2, "c": 3}),
        ({"a": 1, "b": 2}, {"c": 1, "d": 2}, {"c": 1, "d": 2}),
    ],
    ids=["moved", "swapped", "chain", "onto another", "round", "two"],
)
def test_moved_files_are_never_taken_for_each_other(
    store: Store, before: Mapping[str, int], after: Mapping[str, int], at_once: Mapping[str, int]
) -> None:
    """A file is found under its new name at once, or after its digest; never with a text that was another's, and without being embedded."""
    contents = {number: document(f"text{number}") for number in before.values()}
    states = {number: FileState(number, number, number, number) for number in before.values()}
    for name, number in before.items():
        put(store, f"/d/{name}", contents[number], state=states[number])
    dirty = {f"/d/{name}": states[number] for name, number in after.items() if before.get(name) != number}
    gone = frozenset(f"/d/{name}" for name in before.keys() - after.keys())
    store.note("/d", Changes(dirty=dirty, gone=gone))
    for number in contents:
        assert paths_found(store, f"text{number}") == [
            f"/d/{name}" for name, known in sorted(at_once.items()) if known == number
        ]
    for waiting in store.queue("/d", 10):
        content = contents[waiting.state.inode]
        assert store.has_document(content.sha256, content.file_type)
        store.store_known(
            waiting.path,
            waiting.state,
            settled=True,
            sha256=content.sha256,
            file_type=content.file_type,
            ticket=waiting.ticket,
        )
    for number in contents:
        assert paths_found(store, f"text{number}") == [
            f"/d/{name}" for name, known in sorted(after.items()) if known == number
        ]
    assert (store.queued(), store.take_waiting(1)) == ({}, [])


def test_a_file_that_only_looks_like_one_that_is_gone_is_read(store: Store) -> None:
    """Inodes are used again: the content stands under the new name until the bytes have been seen, and no longer."""
    put(store, "/d/a", document("gone"), state=STATE)
    assert store.note("/d", Changes(dirty={"/d/b": STATE}, gone=frozenset({"/d/a"}))).renamed == 1
    known = store.known_file("/d/b")
    assert known is not None
    assert not known.settled
    store.store_document(
        "/d/b", STATE, settled=True, document=document("other"), ticket=ticket_of(store, "/d/b")
    )
    assert (paths_found(store, "gone"), paths_found(store, "other")) == ([], ["/d/b"])


def test_folders_inside_each_other_take_over_what_waits(store: Store) -> None:
    """A file waits in the queue of the innermost folder that it is in, also after folders came and went."""
    store.note("/d", Changes(dirty={"/d/a": NEW, "/d/in/b": NEW, "/d/in/most/c": NEW}))
    store.add_folder("/d/in/most")
    store.add_folder("/d/in")
    assert store.queued() == {"/d": 1, "/d/in": 1, "/d/in/most": 1}
    store.remove_folder("/d/in")
    assert store.queued() == {"/d": 2, "/d/in/most": 1}
    store.remove_folder("/d")
    assert store.queued() == {"/d/in/most": 1}


def test_a_path_is_left_out_without_its_name(store: Store, tmp_path: Path) -> None:
    """Who had a file forgotten does not find its name in the list of what stays out; a copied index tells no more."""
    assert not is_left_out(store, "/d/diary")
    store.leave_out("/d/diary")
    assert is_left_out(store, "/d/diary")
    assert not is_left_out(store, "/d/diar")
    shutil.copytree(tmp_path / "data", tmp_path / "copy")
    assert not any(b"diary" in file.read_bytes() for file in (tmp_path / "copy").iterdir())
    assert store.take_in("/d/diary")
    assert not is_left_out(store, "/d/diary")
