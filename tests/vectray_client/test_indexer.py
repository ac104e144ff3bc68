import os
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.vectray_client.hashing_embedder import HashingEmbedder, Killed
from tests.vectray_client.index.documents import index_path
from tests.vectray_client.read.samples import write_tokenizer

from vectray_client.domain import Verdict
from vectray_client.freshness import Scope
from vectray_client.index.keys import vector_key
from vectray_client.index.records import Filter
from vectray_client.index.store import Store, open_store
from vectray_client.indexer import FolderProgress, adopt, index_folder
from vectray_client.read.tokens import TokenizerUnusable
from vectray_client.watch.rules import Rules

SCOPE = Scope(rules=Rules())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    path = tmp_path / "folder"
    path.mkdir()
    return path


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new index."""
    with open_store(index_path(tmp_path)) as opened:
        yield opened


@pytest.fixture
def embedder(tmp_path: Path) -> HashingEmbedder:
    """A model that hashes."""
    return HashingEmbedder(write_tokenizer(tmp_path))


def index(store: Store, embedder: HashingEmbedder, folder: Path) -> FolderProgress:
    """Bring the index up to date with one folder."""
    embedder.given.clear()
    store.add_folder(str(folder))
    return index_folder(store, embedder, str(folder), SCOPE, lambda _: None)


def passage(topic: str) -> str:
    """A section of its own: long enough not to be merged with its neighbours."""
    return f"# About {topic}\n\n" + " ".join(f"{topic}{n}" for n in range(40)) + "\n\n"


def write(folder: Path, name: str, *topics: str) -> Path:
    """A document with one passage a topic."""
    path = folder / name
    path.write_text("".join(map(passage, topics)))
    return path


def texts_of(store: Store, folder: Path) -> set[str]:
    """Every passage that the index holds of a folder."""
    chunks = store.chunks_of_vectors(store.vector_ids(Filter(folder=str(folder))).tolist())
    found = store.passages([chunk for chunks_of_one in chunks.values() for chunk in chunks_of_one])
    return {passage.chunk.text for passage in found.values()}


def test_what_is_unchanged_costs_nothing(store: Store, embedder: HashingEmbedder, folder: Path) -> None:
    """A second run sends nothing to the model, nor does one after a touch, a move or a copy."""
    path = write(folder, "a.md", "ash", "oak", "elm")
    assert index(store, embedder, folder).embedded == 3
    assert index(store, embedder, folder).embedded == 0
    os.utime(path, (1, 1))
    (folder / "copy.md").write_bytes(path.read_bytes())
    path.rename(folder / "moved.md")
    moved = index(store, embedder, folder)
    assert (moved.embedded, moved.removed, embedder.given) == (0, 1, [])
    assert set(store.known_files(str(folder))) == {str(folder / "copy.md"), str(folder / "moved.md")}


def test_an_edit_costs_its_own_passage(store: Store, embedder: HashingEmbedder, folder: Path) -> None:
    """Only what reads differently is embedded; what is gone is not found any more."""
    write(folder, "a.md", "ash", "oak", "elm")
    index(store, embedder, folder)
    write(folder, "a.md", "ash", "yew", "elm")
    index(store, embedder, folder)
    assert [("yew0" in text, "ash0" in text) for text in embedder.given] == [(True, False)]
    texts = " ".join(texts_of(store, folder))
    assert ("yew0" in texts, "oak0" in texts) == (True, False)


def test_equal_passages_are_embedded_once(store: Store, embedder: HashingEmbedder, folder: Path) -> None:
    """However many documents share a passage, also while its vector is on its way."""
    for number in range(5):
        write(folder, f"{number}.md", "shared", f"own{number}")
    progress = index(store, embedder, folder)
    assert (progress.embedded, len(embedder.given), progress.files_done) == (6, 6, 5)
    assert store.counts().chunks == 10


def test_a_refused_passage_fails_its_file_alone(
    store: Store, embedder: HashingEmbedder, folder: Path
) -> None:
    """The file says why and keeps the passages that it had; its neighbours are indexed."""
    bad = write(folder, "bad.md", "ash", "oak")
    index(store, embedder, folder)
    embedder.refused_words = ("poison0",)
    write(folder, "bad.md", "ash", "poison", "elm", "fir")
    write(folder, "good.md", "elm", "yew")
    time.sleep(0.05)  # until the clock has left the time of the last change, another look is due anyway
    index(store, embedder, folder)
    refusals = store.refusals(str(folder))
    assert {path: refusal.verdict for path, refusal in refusals.items()} == {str(bad): Verdict.FAILED}
    assert "cannot be embedded: It is refused." in refusals[str(bad)].reason
    texts = " ".join(texts_of(store, folder))
    assert [word in texts for word in ("oak0", "elm0", "yew0", "poison0", "fir0")] == [
        True,
        True,
        True,
        False,
        False,
    ]
    assert index(store, embedder, folder).files_total == 0, "it is not tried again until it changes"


def test_a_refused_file_costs_nothing(store: Store, embedder: HashingEmbedder, folder: Path) -> None:
    """What no reader knows is noted with its reason, and the model is not troubled."""
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "empty.md").touch()
    progress = index(store, embedder, folder)
    assert (progress.files_done, progress.embedded, embedder.given) == (2, 0, [])
    assert {r.verdict for r in store.refusals(str(folder)).values()} == {Verdict.SKIPPED}


@pytest.mark.parametrize("dies_after", [1, 7, 20])
def test_a_kill_leaves_whole_documents_and_is_made_up_for(
    store: Store, embedder: HashingEmbedder, folder: Path, dies_after: int
) -> None:
    """Whenever it comes, each document is in the index wholly or not at all, and the next run embeds only what is missing."""
    for number in range(8):
        write(folder, f"{number}.md", *(f"part{number}x{part}y" for part in range(3)))
    embedder.dies_after = dies_after
    with pytest.raises(Killed):
        index(store, embedder, folder)
    counts = store.counts()
    assert counts.chunks == 3 * counts.files <= dies_after
    embedder.dies_after = None
    done = index(store, embedder, folder)
    assert done.embedded == 24 - counts.vectors <= 24 - counts.chunks
    assert (store.counts().files, store.counts().chunks) == (8, 24)
    assert index(store, embedder, folder).embedded == 0


def test_a_kill_in_a_long_document_does_not_cost_all_of_it(
    store: Store, embedder: HashingEmbedder, folder: Path
) -> None:
    """Vectors are kept while their document is unfinished, a good number at a time."""
    write(folder, "long.md", *(f"part{part}y" for part in range(150)))
    embedder.dies_after = 130
    with pytest.raises(Killed):
        index(store, embedder, folder)
    assert (store.counts().files, store.counts().vectors) == (0, 128)
    embedder.dies_after = None
    assert index(store, embedder, folder).embedded == 150 - 128
    assert store.counts().chunks == 150


def test_a_new_model_embeds_everything_and_going_back_costs_nothing(
    store: Store, embedder: HashingEmbedder, folder: Path, tmp_path: Path
) -> None:
    """Vectors of one model say nothing in another's space, and are worth keeping."""
    write(folder, "a.md", "ash", "oak")
    write(folder, "b.md", "elm")
    other = HashingEmbedder(write_tokenizer(tmp_path), fingerprint="e" * 64)
    assert index(store, embedder, folder).embedded == 3
    assert adopt(store, other.model())
    assert index(store, other, folder).embedded == 3
    assert not adopt(store, other.model())
    assert store.known_keys([vector_key("e" * 64, other.given[0])])
    assert adopt(store, embedder.model())
    back = index(store, embedder, folder)
    assert (back.files_total, back.embedded) == (2, 0)


def test_a_new_file_brings_the_whole_folder_to_its_model(
    store: Store, embedder: HashingEmbedder, folder: Path, tmp_path: Path
) -> None:
    """Should the model be another by the time something changes, nothing stays behind in the old space."""
    write(folder, "a.md", "ash", "oak")
    index(store, embedder, folder)
    write(folder, "b.md", "elm")
    other = HashingEmbedder(write_tokenizer(tmp_path), fingerprint="e" * 64)
    assert index(store, other, folder).embedded == 3


def test_a_damaged_tokenizer_is_named_with_its_remedy(store: Store, folder: Path, tmp_path: Path) -> None:
    """No file is to blame, and none is noted as bad."""
    damaged = tmp_path / "tokenizer.json"
    damaged.write_text("{")
    write(folder, "a.md", "ash")
    with pytest.raises(TokenizerUnusable, match="delete this file, and it is fetched again"):
        index(store, HashingEmbedder(str(damaged)), folder)
    assert store.refusals(str(folder)) == {}


def test_progress_is_told_step_by_step(store: Store, embedder: HashingEmbedder, folder: Path) -> None:
    """Every report is one step on from the one before, and the last one says it all."""
    write(folder, "a.md", "ash", "oak")
    write(folder, "b.md", "elm")
    store.add_folder(str(folder))
    reports: list[FolderProgress] = []
    result = index_folder(store, embedder, str(folder), SCOPE, reports.append)
    steps = [(report.files_done, report.embedded) for report in reports]
    assert (steps[0], steps[-1]) == ((0, 0), (2, 3))
    assert all((b[0] - a[0]) + (b[1] - a[1]) == 1 for a, b in pairwise(steps))
    assert result == reports[-1]
