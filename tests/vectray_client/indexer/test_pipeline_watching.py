from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.hashing_embedder import HashingEmbedder
from tests.vectray_client.indexer.desk import pause, resume, wait_state, watching, write
from tests.vectray_client.read.samples import write_tokenizer
from tests.vectray_client.store.documents import index_path

from vectray_client.indexer.pace import Pace
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.indexer.state import Snapshot
from vectray_client.sdk.index_states import Trouble
from vectray_client.store.errors import DiskFault
from vectray_client.store.keywords import match_expression
from vectray_client.store.reading import open_reader
from vectray_client.store.store import Store


@pytest.fixture
def embedder(tmp_path: Path) -> HashingEmbedder:
    """A model that hashes."""
    return HashingEmbedder(write_tokenizer(tmp_path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The indexed folder, with one document."""
    path = tmp_path / "folder"
    path.mkdir()
    write(path, "first.md", "ash", "oak")
    return path


@pytest.fixture
def running(tmp_path: Path, folder: Path, room: ReadingRoom, embedder: HashingEmbedder) -> Iterator[Pipeline]:
    """A pipeline that watches the folder and has indexed it."""
    with watching(tmp_path, room, embedder) as opened:
        opened.call(lambda store: store.add_folder(str(folder))).result(10)
        wait_state(opened, lambda state: state.is_settled and state.files == 1)
        yield opened


def finds(home: Path, word: str) -> bool:
    """Whether a word is found in the index."""
    with open_reader(index_path(home)) as reader:
        return bool(reader.keyword_search(match_expression(word) or "", 10))


def indexed(state: Snapshot, files: int) -> bool:
    """Whether nothing waits, and so many files are in the index."""
    return state.is_settled and state.files == files


def test_what_is_forgotten_while_it_is_read_leaves_nothing(
    running: Pipeline, folder: Path, tmp_path: Path
) -> None:
    """Neither its text nor its hash comes back with the reader's answer, which nobody waits for any more."""
    secret = write(folder, "secret.md", *(f"canary{number}x" for number in range(1000)))
    # Once it is in the queue, a reader is given it before the next order is looked at.
    while not running.call(lambda store: store.queued_file(str(secret))).result(20):
        pass
    assert running.call(lambda store: store.forget(str(secret))).result(20).is_scrubbed
    write(folder, "second.md", "elm")
    wait_state(running, lambda state: indexed(state, 2))
    running.call(lambda store: store.empty_log()).result(10)
    files = [path for path in index_path(tmp_path).parent.rglob("*") if path.is_file()]
    assert not [path.name for path in files if b"canary" in path.read_bytes()]


def test_a_full_disk_holds_everything_up_and_ends_nothing(
    running: Pipeline, folder: Path, embedder: HashingEmbedder
) -> None:
    """It is said in a sentence, orders fail with it, and once there is room all is made up for."""
    running.call(lambda store: allow_pages(store, 0)).result(10)
    for number in range(30):
        write(folder, f"{number}.md", *(f"topic{number}x{part}" for part in range(30)))
    state = wait_state(running, lambda state: "the disk is full" in state.paused_reason)
    assert state.trouble is Trouble.DISK
    embedder.calls.clear()
    with pytest.raises(DiskFault):
        running.call(lambda store: store.set_setting("a", "b" * 1_000_000)).result(10)
    running.call(lambda store: allow_pages(store, 1_000_000)).result(10)
    state = wait_state(running, lambda state: indexed(state, 31))
    assert (state.paused_reason, state.trouble, state.chunks) == ("", Trouble.NONE, 902)


def allow_pages(store: Store, more: int) -> None:
    """Let the index grow by so many pages."""
    ((pages,),) = store._connection.execute("PRAGMA page_count")
    store._connection.execute(f"PRAGMA max_page_count = {pages + more}")


def test_a_save_is_embedded_ahead_of_the_backlog(
    running: Pipeline, folder: Path, embedder: HashingEmbedder
) -> None:
    """It goes in the lane of those for whom somebody waits."""
    embedder.calls.clear()
    write(folder, "second.md", "elm")
    state = wait_state(running, lambda state: indexed(state, 2))
    assert (embedder.calls, state.embedded) == ([("normal", 1)], 3)


def test_a_save_is_noted_by_the_time_one_may_ask(running: Pipeline, folder: Path, tmp_path: Path) -> None:
    """After `look_now` every earlier save is in the queue or done, also of a file that is saved again and again."""
    for topics in range(1, 5):
        path = write(folder, "second.md", *(f"topic{number}" for number in range(topics)))
        running.look_now().result(10)
        with open_reader(index_path(tmp_path)) as reader:
            noted = reader.queued_file(str(path)) or reader.known_file(str(path))
            assert noted
            assert noted.state.size == path.stat().st_size


def test_a_save_that_is_not_noted_yet_is_known_to_be_unseen(
    running: Pipeline, folder: Path, tmp_path: Path
) -> None:
    """At any moment after a save it is unseen, in the queue or done, and never none of these; deletions likewise."""
    unseen_once = False
    for number in range(40):
        path = write(folder, "second.md", f"topic{number}")
        if number % 4 == 3:
            path.unlink()
        unseen = running.unseen().result(10)
        unseen_once |= bool(unseen)
        with open_reader(index_path(tmp_path)) as reader:
            known = reader.queued_file(str(path)) or reader.known_file(str(path))
        is_noted = (known is not None) == path.exists() and (
            known is None or known.state.mtime_ns == path.stat().st_mtime_ns
        )
        assert is_noted or path in map(Path, unseen[str(folder)]) or unseen[str(folder)] == [str(folder)]
    assert unseen_once
    assert running.look_now().result(10) == running.unseen().result(10) == {}


def test_a_pause_stops_reading_and_notes_changes(running: Pipeline, folder: Path, tmp_path: Path) -> None:
    """What changes meanwhile waits in the queue, and is done when the pause is over."""
    pause(running)
    wait_state(running, lambda state: state.is_paused)
    write(folder, "second.md", "elm")
    state = wait_state(running, lambda state: state.pending == 1)
    assert "vectray resume" in state.paused_reason
    assert not finds(tmp_path, "elm0")
    resume(running)
    wait_state(running, lambda state: indexed(state, 2))
    assert finds(tmp_path, "elm0")


@pytest.mark.slow
def test_a_timed_pause_ends_by_itself(running: Pipeline, folder: Path) -> None:
    """Nobody has to remember it."""
    pause(running, seconds=1.0)
    assert wait_state(running, lambda state: state.is_paused).pause_seconds_left <= 1
    write(folder, "second.md", "elm")
    wait_state(running, lambda state: indexed(state, 2))


def test_words_do_not_wait_for_the_daemon(
    running: Pipeline, folder: Path, tmp_path: Path, embedder: HashingEmbedder
) -> None:
    """With the daemon away a save is found by its words; it is asked for rarely, and once it is back nothing is missing."""
    embedder.is_away = True
    asked = embedder.asked
    write(folder, "second.md", "elm")
    state = wait_state(running, lambda state: state.pending_vectors == 1 and bool(state.slowed_reason))
    assert (state.slowed_reason, state.trouble) == ("It is away.", Trouble.NONE)
    assert finds(tmp_path, "elm0")
    assert embedder.asked - asked <= 4
    embedder.is_away = False
    wait_state(running, lambda state: indexed(state, 2) and not state.slowed_reason)


@pytest.mark.slow
def test_a_folder_that_goes_and_comes_back_costs_nothing(
    running: Pipeline, folder: Path, embedder: HashingEmbedder
) -> None:
    """It says why it is not looked at; nothing is forgotten and nothing embedded."""
    given = len(embedder.given)
    folder.rename(folder.with_name("elsewhere"))
    state = wait_state(running, lambda state: bool(state.folders[0].paused_reason))
    assert "out of reach" in state.folders[0].paused_reason
    assert (state.folders[0].is_lost, state.folders[0].is_paused) == (True, False)
    folder.with_name("elsewhere").rename(folder)
    state = wait_state(running, lambda state: not state.folders[0].paused_reason and indexed(state, 1))
    assert (state.removed, len(embedder.given)) == (0, given)


def test_a_removed_folder_is_forgotten(running: Pipeline, folder: Path) -> None:
    """Its files go, and nobody looks after it any more."""
    assert running.call(lambda store: store.remove_folder(str(folder))).result(10) == 1
    state = wait_state(running, lambda state: not state.folders)
    assert state.files == 0
    write(folder, "second.md", "elm")
    assert running.rescan().result(10) == 0


@pytest.mark.slow
def test_another_model_is_made_beside_the_old_one(running: Pipeline, folder: Path) -> None:
    """Until it is complete, the old one is searched; the way back costs nothing."""
    write(folder, "second.md", "elm")
    wait_state(running, lambda state: indexed(state, 2))
    assert not running.use_model("hashing e").result(10)
    state = wait_state(running, lambda state: state.is_settled and state.model == "hashing e")
    embedded = state.embedded
    assert embedded == 6
    assert running.use_model("hashing f").result(10)
    state = wait_state(running, lambda state: state.is_settled and state.model == "hashing f")
    assert state.embedded == embedded


@pytest.mark.slow
def test_a_daemon_of_another_release_begins_a_generation(
    running: Pipeline, folder: Path, embedder: HashingEmbedder
) -> None:
    """If the daemon makes other vectors than it did, the index is made anew beside the old one, and then changed over."""
    embedder.upgrade("f", "g")
    write(folder, "second.md", "elm")
    state = wait_state(running, lambda state: indexed(state, 2))
    assert state.model == "hashing g"


def test_a_backlog_gives_way_and_saves_do_not(
    tmp_path: Path, folder: Path, room: ReadingRoom, embedder: HashingEmbedder
) -> None:
    """At a pace of no calls, only what was just saved is embedded; the state says why."""
    for number in range(40):
        write(folder, f"{number}.md", f"topic{number}y")
    slow = Pace(calls=0, reason="slowed: a test")
    with watching(tmp_path, room, embedder, pace=lambda: slow) as opened:
        opened.call(lambda store: store.add_folder(str(folder))).result(10)
        wait_state(opened, lambda state: state.pending_vectors == state.files == 41)
        write(folder, "now.md", "elm")
        state = wait_state(opened, lambda state: state.embedded == 1)
        assert state.slowed_reason == "slowed: a test"


def test_everything_stops_where_the_disk_is_full(
    tmp_path: Path, folder: Path, room: ReadingRoom, embedder: HashingEmbedder
) -> None:
    """Nothing is read, however new; changes are noted."""
    full = Pace(calls=0, is_stopped=True, reason="stopped: a test")
    with watching(tmp_path, room, embedder, pace=lambda: full) as opened:
        opened.call(lambda store: store.add_folder(str(folder))).result(10)
        state = wait_state(opened, lambda state: state.pending == 1)
        assert (state.paused_reason, state.files) == ("stopped: a test", 0)


def test_a_file_that_does_not_hold_still_is_indexed_in_the_end(
    running: Pipeline, folder: Path, tmp_path: Path
) -> None:
    """Whatever was written last is what is found."""
    for number in range(30):
        write(folder, "first.md", *(f"edit{number}x{part}y" for part in range(3)))
    running.look_now().result(10)
    wait_state(running, lambda state: indexed(state, 1) and finds(tmp_path, "edit29x2y0"))
