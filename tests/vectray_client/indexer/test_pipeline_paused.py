import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.hashing_embedder import HashingEmbedder
from tests.vectray_client.indexer.desk import Desk, pause, pipeline, resume, wait_state, watching, write
from tests.vectray_client.read.samples import write_tokenizer

from vectray_client.agent import orders
from vectray_client.indexer.catching_up import IndexPaused
from vectray_client.indexer.pace import Pace
from vectray_client.indexer.pausing import PAUSED, PAUSED_FOLDERS, with_folder
from vectray_client.indexer.pipeline import Pipeline
from vectray_client.indexer.reading_room import ReadingRoom
from vectray_client.indexer.state import Snapshot
from vectray_client.sdk.index_states import FolderState, Trouble


@pytest.fixture
def embedder(tmp_path: Path) -> HashingEmbedder:
    """A model that hashes."""
    return HashingEmbedder(write_tokenizer(tmp_path))


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """Two folders that are indexed, and one in the first that is indexed by itself."""
    outer, inner, other = tmp_path / "outer", tmp_path / "outer" / "in", tmp_path / "other"
    inner.mkdir(parents=True)
    other.mkdir()
    return outer, inner, other


@pytest.fixture
def running(
    tmp_path: Path, folders: tuple[Path, ...], room: ReadingRoom, embedder: HashingEmbedder
) -> Iterator[Pipeline]:
    """A pipeline that watches them."""
    with watching(tmp_path, room, embedder) as opened:
        for folder in folders:
            opened.call(lambda store, path=str(folder): store.add_folder(path)).result(10)
        wait_state(opened, lambda state: len(state.folders) == 3 and not state.is_looking)
        yield opened


def of(state: Snapshot, folder: Path) -> FolderState:
    """What is told of a folder."""
    return next(each for each in state.folders if each.path == str(folder))


def test_a_paused_folder_waits_while_others_go_on(
    running: Pipeline, folders: tuple[Path, Path, Path], embedder: HashingEmbedder
) -> None:
    """What changes in it, and in what lies in it, is noted and neither read nor embedded; it holds nobody's share up."""
    outer, inner, other = folders
    pause(running, outer)
    write(outer, "a.md", "ash")
    write(inner, "b.md", "oak")
    write(other, "c.md", "elm")
    state = wait_state(running, lambda state: state.files == 1 and state.pending == 2 and state.share == 1.0)
    assert [of(state, folder).pending for folder in folders] == [1, 1, 0]
    assert [of(state, folder).is_paused for folder in folders] == [True, True, False]
    assert (
        of(state, inner).paused_reason == f"Indexing of this folder is paused until `vectray resume {outer}`."
    )
    assert (of(state, other).paused_reason, state.is_paused, state.paused_reason) == ("", False, "")
    assert not [text for text in embedder.given if "ash" in text or "oak" in text]
    resume(running, outer)
    state = wait_state(running, lambda state: state.is_settled and state.files == 3)
    assert not any(folder.is_paused for folder in state.folders)


@pytest.mark.slow
def test_an_inner_folder_is_paused_by_itself(running: Pipeline, folders: tuple[Path, Path, Path]) -> None:
    """What holds it goes on."""
    outer, inner, _ = folders
    pause(running, inner)
    write(outer, "a.md", "ash")
    write(inner, "b.md", "oak")
    state = wait_state(running, lambda state: state.files == 1 and state.pending == 1)
    assert [of(state, folder).is_paused for folder in folders] == [False, True, False]


def test_all_is_paused_when_every_folder_is(running: Pipeline, folders: tuple[Path, Path, Path]) -> None:
    """One order ends that."""
    outer, _, other = folders
    pause(running, outer)
    pause(running, other, seconds=600)
    state = wait_state(running, lambda state: state.is_paused)
    assert 0 < state.pause_seconds_left <= 600
    assert state.paused_reason.startswith("Indexing is paused for ")
    resume(running)
    state = wait_state(running, lambda state: not state.is_paused)
    assert not any(folder.is_paused for folder in state.folders)


@pytest.mark.slow
def test_a_timed_pause_of_a_folder_ends_by_itself(
    running: Pipeline, folders: tuple[Path, Path, Path]
) -> None:
    """Not before it is over; then what waited is read without another order."""
    outer, *_ = folders
    began = time.monotonic()
    pause(running, outer, seconds=3.0)
    write(outer, "a.md", "ash")
    wait_state(running, lambda state: of(state, outer).is_paused and state.pending == 1)
    wait_state(running, lambda state: not of(state, outer).is_paused and state.files == 1)
    assert time.monotonic() - began >= 3.0


@pytest.mark.slow
def test_what_was_read_of_a_paused_folder_is_not_embedded(
    tmp_path: Path, folders: tuple[Path, Path, Path], room: ReadingRoom, embedder: HashingEmbedder
) -> None:
    """Words find it; its vectors wait. What another folder holds too does not."""
    outer, _, other = folders
    pace = [Pace(calls=0)]
    with watching(tmp_path, room, embedder, pace=lambda: pace[0]) as opened:
        for number in range(20):  # more than were just saved by somebody
            write(outer, f"{number}.md", f"topic{number}y")
        opened.call(lambda store: store.add_folder(str(outer))).result(10)
        opened.call(lambda store: store.add_folder(str(other))).result(10)
        wait_state(opened, lambda state: state.pending_vectors == 20)
        pause(opened, outer)
        (other / "copy.md").write_bytes((outer / "7.md").read_bytes())
        wait_state(opened, lambda state: of(state, other).files == 1 and of(state, outer).is_paused)
        pace[0] = Pace()
        state = wait_state(opened, lambda state: state.pending_vectors == 19 and state.share == 1.0)
        assert state.embedded == 1
        resume(opened, outer)
        wait_state(opened, lambda state: state.is_settled and state.embedded == 20)


def test_a_pause_outlives_the_process(at: Desk) -> None:
    """It is kept in the store, and known before anything is done."""
    write(at.folder, "a.md", "ash")
    at.store.add_folder(str(at.folder))
    at.store.set_setting(PAUSED_FOLDERS, with_folder("", str(at.folder), "0"))
    with pipeline(at) as opened:
        assert opened.state().folders[0].is_paused
    with pytest.raises(IndexPaused, match="vectray resume"):
        at.catch_up()
    assert at.store.counts().files == 0
    orders.resume(at.store, folder=str(at.folder), unix_now=time.time())
    assert at.catch_up().embedded == 1


@pytest.mark.slow
def test_a_model_is_changed_once_no_folder_is_paused(at: Desk) -> None:
    """Before that nothing of a paused one is read for it, and the old one is searched; the others are ready."""
    other = at.home / "other"
    other.mkdir()
    write(at.folder, "a.md", "ash")
    write(other, "b.md", "oak")
    at.catch_up(at.folder, other)
    at.store.set_setting(PAUSED_FOLDERS, with_folder("", str(at.folder), "0"))
    at.embedder.given.clear()
    with pipeline(at) as opened:
        answer = opened.use_model("hashing e")
        opened.run(until_idle=True)
        assert not answer.result()
        assert [("oak0" in text, "ash0" in text) for text in at.embedder.given] == [(True, False)]
        state = opened.state()
        assert state.next_model == "hashing e"
        assert state.slowed_reason == "The change of the model waits for the folders that are paused."
        at.store.set_setting(PAUSED_FOLDERS, "")
        opened.run(until_idle=True)
        assert (opened.state().model, opened.state().slowed_reason) == ("hashing e", "")
    assert at.store.counts().files == 2
    assert not at.store.waiting(1)


def test_an_index_that_is_paused_says_so_at_once(at: Desk) -> None:
    """Nobody is told for a moment that it is not."""
    at.store.add_folder(str(at.folder))
    at.store.set_setting(PAUSED, "0")
    with pipeline(at) as opened:
        assert opened.state().is_paused


def test_a_full_disk_is_trouble_and_says_so(at: Desk) -> None:
    """A sentence goes with it."""
    write(at.folder, "a.md", "ash")
    at.store.add_folder(str(at.folder))
    full = Pace(calls=0, is_stopped=True, reason="stopped: a test")
    with pipeline(at, pace=lambda: full) as opened:
        assert (opened.state().trouble, opened.state().paused_reason) == (Trouble.DISK, "stopped: a test")
