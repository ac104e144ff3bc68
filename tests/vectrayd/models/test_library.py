import asyncio
import contextlib
import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from tests.vectrayd.models.test_catalogue import write_model

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library, Standing

CATALOGUE = read_catalogue()
WANTING = """
import asyncio, pathlib, sys
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
asyncio.run(Library(pathlib.Path(sys.argv[1])).folder(read_catalogue().resolve("")))
"""


async def test_a_package_that_ships_a_folder_is_used_as_it_is(tmp_path: Path) -> None:
    """Nothing is copied of a package whose weights are a model folder already."""
    entry = CATALOGUE.resolve("all-minilm-l6-v2")
    folder = await Library(tmp_path).folder(entry)
    assert (folder / "modules.json").is_file()
    assert not list(tmp_path.iterdir())


async def test_the_users_own_folder_goes_first(tmp_path: Path) -> None:
    """A model folder of the right name wins over the package."""
    entry = CATALOGUE.resolve("all-minilm-l6-v2")
    write_model(tmp_path / entry.name)
    assert await Library(tmp_path).folder(entry) == tmp_path / entry.name


async def test_a_model_that_is_not_here_is_a_sentence(tmp_path: Path) -> None:
    """Where neither folder nor package is, the answer says what would help; nothing is fetched."""
    entry = replace(CATALOGUE.resolve(""), package="no_such_package")
    assert not Library(tmp_path).is_present(entry)
    with pytest.raises(ModelUnavailable, match="install the Python package 'no_such_package'"):
        await Library(tmp_path).folder(entry)


async def test_a_configured_folder_is_the_only_place(tmp_path: Path) -> None:
    """What the user said is done, or it is said why not; nothing else is taken silently."""
    own = write_model(tmp_path / "somewhere")
    entry = replace(CATALOGUE.resolve("all-minilm-l6-v2"), folder=own)
    library = Library(tmp_path / "models")
    assert await library.folder(entry) == own
    (own / "tokenizer.json").unlink()
    assert library.standing(entry) == Standing(
        present=False, reason="The model's folder has no tokenizer.json."
    )
    with pytest.raises(ModelUnavailable, match="no tokenizer"):
        await library.folder(entry)


async def test_a_broken_folder_of_the_users_is_not_passed_over(tmp_path: Path) -> None:
    """Who put it there wants it to be used, and is told what is wrong with it."""
    entry = CATALOGUE.resolve("all-minilm-l6-v2")
    (write_model(tmp_path / entry.name) / "model.safetensors").unlink()
    assert not Library(tmp_path).is_present(entry)
    with pytest.raises(ModelUnavailable, match="only safetensors"):
        await Library(tmp_path).folder(entry)


async def test_what_the_hubs_library_fetched_is_used(tmp_path: Path) -> None:
    """The snapshot that `main` means, if it is whole; nothing is fetched, and no path leaves in a sentence."""
    entry = CATALOGUE.resolve("bge-m3")
    repository = tmp_path / "cache" / "models--BAAI--bge-m3"
    library = Library(tmp_path / "models", tmp_path / "cache")
    assert not library.is_present(entry)
    snapshot = write_model(repository / "snapshots" / "abc")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc", "utf-8")
    assert await library.folder(entry) == snapshot
    blob = (snapshot / "model.safetensors").rename(repository / "blob")
    (snapshot / "model.safetensors").symlink_to(blob)
    assert library.is_present(entry)
    blob.unlink()
    assert not library.is_present(entry), "a link to a file that is not there yet"
    with pytest.raises(ModelUnavailable, match="vectray models pull bge-m3") as caught:
        await library.folder(entry)
    assert str(tmp_path) not in str(caught.value)


def test_a_package_goes_before_the_cache(tmp_path: Path) -> None:
    """What other programs fetch or clear away does not change the vectors of a model that was installed."""
    entry = CATALOGUE.resolve("")
    repository = tmp_path / "cache" / "models--intfloat--multilingual-e5-small"
    write_model(repository / "snapshots" / "abc")
    (repository / "refs").mkdir()
    (repository / "refs" / "main").write_text("abc", "utf-8")
    library = Library(tmp_path / "models", tmp_path / "cache")
    assert library._found(entry) is None, "it is made of the package at first use"
    assert library._found(replace(entry, package="")) == repository / "snapshots" / "abc"
    assert library.is_present(entry)


@pytest.mark.model
@pytest.mark.slow
async def test_the_default_model_is_made_once_and_whole(tmp_path: Path) -> None:
    """The import leaves a complete folder, takes an hour-old leftover of a killed one away, and is not done again."""
    leftover = tmp_path / ".unfinished-abc"
    leftover.mkdir()
    long_ago = time.time() - 7200
    os.utime(leftover, (long_ago, long_ago))
    entry = CATALOGUE.resolve("")
    folder = await Library(tmp_path).folder(entry)
    assert {"modules.json", "model.safetensors", "tokenizer.json"} <= {file.name for file in folder.iterdir()}
    assert [path.name for path in tmp_path.iterdir()] == [entry.name]
    made = (folder / "model.safetensors").stat().st_mtime_ns
    assert await Library(tmp_path).folder(entry) == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == made


def is_running(process: psutil.Process) -> bool:
    """Whether it works; one that nobody has buried does not."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.timeout(60)
def test_nobody_goes_on_for_a_daemon_that_was_killed(tmp_path: Path) -> None:
    """The process that makes a model ends with the one that wanted it, and what it left goes at a later load of any model."""
    wanting = [sys.executable, "-P", "-c", WANTING, str(tmp_path)]
    with subprocess.Popen(wanting) as daemon:
        while not (making := psutil.Process(daemon.pid).children()) or not list(
            tmp_path.glob(".unfinished-*/*")
        ):
            time.sleep(0.01)
        daemon.kill()
    until = time.monotonic() + 1.0
    while any(map(is_running, making)):
        assert time.monotonic() < until
        time.sleep(0.01)
    (left,) = tmp_path.glob(".unfinished-*")
    os.utime(left, (0, 0))
    asyncio.run(Library(tmp_path).folder(CATALOGUE.resolve("all-minilm-l6-v2")))
    assert not left.exists()
