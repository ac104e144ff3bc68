import os
import stat
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.vectray_client.store.blocks import DIMENSIONS, block_of, vectors

from vectray_client.store.records import Model
from vectray_client.store.vector_block import Block, compressed
from vectray_client.store.vector_cache import cached_blocks, discard_cache, keep_only, kept

MODEL = Model(name="small", fingerprint="a/fingerprint\n", dimensions=DIMENSIONS)
BLOCK = compressed(block_of(vectors(200)))


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Where blocks are cached: in a folder that is still to be made."""
    return tmp_path / "vectors"


def same(one: Block, other: Block) -> bool:
    """Whether two blocks hold the same vectors."""
    return one.span == other.span and bool(
        (one.ids == other.ids).all() and (one.codes() == other.codes()).all()
    )


def test_a_block_comes_back_as_it_was(cache: Path) -> None:
    """What is mapped from the disk holds and finds what was written, and does so in the next process."""
    (query,) = vectors(1, seed=7)
    mapped = kept(BLOCK, cache, MODEL)
    (again,) = cached_blocks(cache, MODEL)
    for block in (mapped, again):
        assert same(block, BLOCK)
        np.testing.assert_array_equal(
            block.search(query, 10, refined=400), BLOCK.search(query, 10, refined=400)
        )


def test_files_are_for_the_user_alone(cache: Path) -> None:
    """Vectors tell about texts: nobody else may read them."""
    kept(BLOCK, cache, MODEL)
    (file,) = cache.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_goes_unnoticed(cache: Path, data: st.DataObject) -> None:
    """A file of which a byte is changed, or that is cut short or has grown, is not taken."""
    name = kept(BLOCK, cache, MODEL).name
    content = bytearray((cache / name).read_bytes())
    place = data.draw(
        st.one_of(st.integers(0, len(content) - 1), st.integers(len(content) - 400, len(content) - 1))
    )
    match data.draw(st.sampled_from(["change", "cut", "grow"])):
        case "change":
            content[place] ^= data.draw(st.integers(1, 255))
        case "cut":
            del content[place:]
        case _:
            content += bytes(1 + place)
    (cache / "damaged").write_bytes(content)
    (cache / "damaged").replace(cache / name)  # the whole one stays mapped
    assert cached_blocks(cache, MODEL) == ()


@pytest.mark.parametrize(
    "model",
    [
        Model(name="small", fingerprint="another", dimensions=DIMENSIONS),
        Model(name="small", fingerprint=MODEL.fingerprint, dimensions=DIMENSIONS * 2),
    ],
)
def test_another_models_vectors_are_not_taken(cache: Path, model: Model) -> None:
    """Not even under the name that the block would have if it were that model's."""
    name = kept(BLOCK, cache, MODEL).name
    assert cached_blocks(cache, model) == ()
    renamed = kept(compressed(block_of(vectors(10))), cache, model).name
    (cache / name).replace(cache / renamed)
    assert cached_blocks(cache, model) == ()


def test_blocks_count_up_to_the_first_that_is_missing(cache: Path) -> None:
    """Behind a gap nothing is taken, for nobody could tell which vectors are in it."""
    blocks = [compressed(block_of(vectors(40, seed=seed), first_id=1 + 59 * seed)) for seed in range(3)]
    names = [kept(block, cache, MODEL).name for block in blocks]
    assert [block.span for block in cached_blocks(cache, MODEL)] == [block.span for block in blocks]
    (cache / names[1]).unlink()
    assert [block.span for block in cached_blocks(cache, MODEL)] == [blocks[0].span]


def test_what_is_not_kept_is_deleted_and_nothing_else(cache: Path) -> None:
    """Old blocks and unfinished ones go; a file that is none of these stays."""
    name = kept(BLOCK, cache, MODEL).name
    for other in ("0-1-2.vectors", "unfinished.part", "notes.txt"):
        (cache / other).touch()
    keep_only({name}, cache)
    assert {file.name for file in cache.iterdir()} == {name, "notes.txt"}
    discard_cache(cache)
    assert {file.name for file in cache.iterdir()} == {"notes.txt"}
    discard_cache(cache / "nowhere")


def test_a_cache_that_cannot_be_written_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    """Whoever writes it may go on without; what was begun is gone."""
    cache = tmp_path / "vectors"
    cache.mkdir()
    (cache / kept(BLOCK, tmp_path / "elsewhere", MODEL).name).mkdir()  # where the file should go
    with pytest.raises(OSError, match="directory"):
        kept(BLOCK, cache, MODEL)
    assert not list(cache.glob("*.part"))


def test_a_deleted_file_stays_mapped(cache: Path) -> None:
    """A search that has begun is not disturbed when its block is replaced."""
    block = kept(BLOCK, cache, MODEL)
    os.unlink(cache / block.name)  # noqa: PTH108 - as the index does, by name
    assert same(block, BLOCK)
