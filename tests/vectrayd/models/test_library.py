import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library

CATALOGUE = read_catalogue()


async def test_a_package_that_ships_a_folder_is_used_as_it_is(tmp_path: Path) -> None:
    """Nothing is copied of a package whose weights are a model folder already."""
    entry = CATALOGUE.resolve("all-minilm-l6-v2")
    folder = await Library(tmp_path).folder(entry)
    assert (folder / "modules.json").is_file()
    assert not list(tmp_path.iterdir())


async def test_the_users_own_folder_goes_first(tmp_path: Path) -> None:
    """A model folder of the right name wins over the package."""
    entry = CATALOGUE.resolve("all-minilm-l6-v2")
    (tmp_path / entry.name).mkdir()
    (tmp_path / entry.name / "modules.json").write_text("[]", "utf-8")
    (tmp_path / entry.name / "tokenizer.json").write_text("{}", "utf-8")
    assert await Library(tmp_path).folder(entry) == tmp_path / entry.name


async def test_a_model_that_is_not_here_is_a_sentence(tmp_path: Path) -> None:
    """Where neither folder nor package is, the answer says what would help; nothing is fetched."""
    entry = replace(CATALOGUE.resolve(""), package="no_such_package")
    assert not Library(tmp_path).is_present(entry)
    with pytest.raises(ModelUnavailable, match="install the Python package 'no_such_package'"):
        await Library(tmp_path).folder(entry)


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
