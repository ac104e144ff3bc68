import os

import pytest
from tests.vectray_client.hashing_embedder import Killed
from tests.vectray_client.indexer.desk import SCOPE, Desk, pipeline, write

from vectray_client.domain import Changes, FileState, Verdict
from vectray_client.freshness import changes_of
from vectray_client.sdk.errors import RequestRefused
from vectray_client.store.store import Store
from vectray_client.watch.scanner import FolderMissing
from vectray_client.watch.states import file_state


def test_what_is_unchanged_costs_nothing(at: Desk) -> None:
    """A second run sends nothing to the model, nor does one after a touch, a move or a copy."""
    path = write(at.folder, "a.md", "ash", "oak", "elm")
    assert at.index().embedded == 3
    assert at.index().embedded == 0
    os.utime(path, (1, 1))
    (at.folder / "copy.md").write_bytes(path.read_bytes())
    path.rename(at.folder / "moved.md")
    moved = at.index()
    assert (moved.embedded, at.embedder.given) == (0, [])
    assert set(at.store.known_files(str(at.folder))) == {
        str(at.folder / "copy.md"),
        str(at.folder / "moved.md"),
    }


def test_an_edit_costs_its_own_passage(at: Desk) -> None:
    """Only what reads differently is embedded; what is gone is not found any more."""
    write(at.folder, "a.md", "ash", "oak", "elm")
    at.index()
    write(at.folder, "a.md", "ash", "yew", "elm")
    at.index()
    assert [("yew0" in text, "ash0" in text) for text in at.embedder.given] == [(True, False)]
    texts = " ".join(at.texts())
    assert ("yew0" in texts, "oak0" in texts) == (True, False)


def test_equal_passages_are_embedded_once(at: Desk) -> None:
    """However many documents share a passage, also while its vector is on its way."""
    for number in range(5):
        write(at.folder, f"{number}.md", "shared", f"own{number}")
    assert at.index().embedded == len(at.embedder.given) == 6
    assert (at.store.counts().files, at.store.counts().chunks) == (5, 10)
    assert not at.store.waiting(1)


def test_a_refused_passage_is_a_problem_of_its_file(at: Desk) -> None:
    """The file says why; its other passages and its neighbours are found, and it is not tried again until it changes."""
    at.embedder.refused_words = ("poison0",)
    bad = write(at.folder, "bad.md", "oak", "poison", "elm")
    write(at.folder, "good.md", "elm", "yew")
    at.index()
    refusals = at.store.refusals(str(at.folder))
    assert {path: refusal.verdict for path, refusal in refusals.items()} == {str(bad): Verdict.FAILED}
    assert "cannot be embedded: It is refused." in refusals[str(bad)].reason
    texts = " ".join(at.texts())
    assert [word in texts for word in ("oak0", "elm0", "yew0", "poison0")] == [True, True, True, False]
    assert at.index().embedded == 0


def test_a_refused_file_costs_nothing(at: Desk) -> None:
    """What no reader knows is noted with its reason, and the model is not troubled."""
    (at.folder / "picture.png").write_bytes(b"\x89PNG")
    (at.folder / "empty.md").touch()
    assert at.index().embedded == 0
    assert {r.verdict for r in at.store.refusals(str(at.folder)).values()} == {Verdict.SKIPPED}


@pytest.mark.parametrize("dies_after", [1, 20])
def test_a_kill_leaves_whole_documents_and_is_made_up_for(at: Desk, dies_after: int) -> None:
    """Whenever it comes, each document is in the index wholly or not at all, and the next run embeds only what is missing."""
    for number in range(8):
        write(at.folder, f"{number}.md", *(f"part{number}x{part}y" for part in range(3)))
    at.embedder.dies_after = dies_after
    with pytest.raises(Killed):
        at.index()
    counts = at.store.counts()
    assert counts.chunks == 3 * counts.files
    assert len(at.embedder.given) - counts.vectors <= 32
    at.embedder.dies_after = None
    assert at.index().embedded == 24 - counts.vectors
    assert (at.store.counts().files, at.store.counts().chunks) == (8, 24)
    assert at.index().embedded == 0


def test_a_new_model_embeds_everything_and_going_back_costs_nothing(at: Desk) -> None:
    """Vectors of one model say nothing in another's space, and are worth keeping."""
    write(at.folder, "a.md", "ash", "oak")
    write(at.folder, "b.md", "elm")
    assert at.index(model="hashing f").embedded == 3
    assert at.index(model="hashing e").embedded == 3
    assert _model(at.store) == "hashing e"
    assert at.index(model="hashing f").embedded == 0
    assert _model(at.store) == "hashing f"


def test_a_model_that_does_not_exist_changes_nothing(at: Desk) -> None:
    """The daemon's words are passed on, and the index goes on with the model that it has."""
    write(at.folder, "a.md", "ash")
    at.index()
    with pytest.raises(RequestRefused):
        at.index(model="hashing x")
    assert _model(at.store) == "hashing f"
    assert at.index().embedded == 0


def test_an_empty_folder_needs_no_daemon(at: Desk) -> None:
    """What has nothing to embed does not start a model."""
    at.index()
    assert at.embedder.asked == 0


def test_a_file_that_is_gone_before_it_is_read_leaves_the_queue(at: Desk) -> None:
    """It was noted and then deleted: there is nothing to wait for, and no problem either."""
    at.index()
    state = FileState(1, 1, 1, 1)
    at.store.note(str(at.folder), Changes(dirty={str(at.folder / "gone.md"): state}))
    at.index()
    assert (at.store.queued(), at.store.refusals(str(at.folder))) == ({}, {})


def test_files_that_are_gone_before_they_are_read_do_not_wait(at: Desk) -> None:
    """They were noted and then deleted with their directory: the next look lets them go."""
    gone = {str(at.folder / "part" / f"{number}.md"): FileState(1, 1, 1, number) for number in range(9)}
    at.index()
    at.store.note(str(at.folder), Changes(dirty=gone))
    assert changes_of(at.store, str(at.folder), SCOPE).gone == gone.keys()
    at.index()
    assert (at.store.queued(), at.store.refusals(str(at.folder))) == ({}, {})


def test_a_file_out_of_reach_stays_in_the_queue(at: Desk) -> None:
    """While its folder is not there nothing follows about it; it is read once the folder is back."""
    write(at.folder, "a.md", "ash")
    at.index()
    path = write(at.folder, "b.md", "oak")
    os.utime(path, (1, 1))
    at.store.note(str(at.folder), Changes(dirty={str(path): file_state(path.lstat())}))
    at.folder.rename(at.home / "elsewhere")
    with pytest.raises(FolderMissing):
        at.index()
    assert (sum(at.store.queued().values()), at.store.refusals(str(at.folder))) == (1, {})
    (at.home / "elsewhere").rename(at.folder)
    at.index()
    assert (at.store.queued(), at.store.counts().files) == ({}, 2)


def _model(store: Store) -> str:
    model = store.model()
    return model.name if model else ""


def test_an_index_is_never_told_as_empty(at: Desk) -> None:
    """From its first moment on a pipeline knows how much there is, before it has done anything."""
    (at.folder / "a.txt").write_text("tides")
    at.index()
    with pipeline(at) as opened:
        assert (opened.state().files, opened.state().chunks) == (1, 1)
        assert [folder.files for folder in opened.state().folders] == [1]
