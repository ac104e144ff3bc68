import os
from pathlib import Path

import pytest
from tests.vectrayd.models.test_catalogue import write_model

from vectrayd.models.manifest import changed_file, repository_of, write_manifest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder with its list."""
    write_manifest(write_model(tmp_path / "model"), repository="org/tiny", revision="r")
    return tmp_path / "model"


def test_what_was_listed_is_found_unchanged(folder: Path) -> None:
    """Nothing is wrong with a folder as it was fetched, nor with one that has no list or more files than are listed."""
    assert changed_file(folder) == ""
    assert repository_of(folder) == "org/tiny"
    (folder / "notes.txt").write_text("mine", "utf-8")
    assert changed_file(folder) == ""
    (folder / "vectray-manifest.json").unlink()
    assert changed_file(folder) == ""
    assert repository_of(folder) == ""


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "1_Pooling/config.json"])
def test_one_flipped_bit_is_found(folder: Path, name: str) -> None:
    """The file is named, whichever it is."""
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    assert changed_file(folder) == name


def test_a_missing_file_is_found(folder: Path) -> None:
    """So is one that was removed."""
    (folder / "config.json").unlink()
    assert changed_file(folder) == "config.json"


def test_another_time_is_no_change(folder: Path) -> None:
    """A folder that was copied is read once more and then known."""
    weights = folder / "model.safetensors"
    os.utime(weights, ns=(1, 1))
    before = (folder / "vectray-manifest.json").read_bytes()
    assert changed_file(folder) == ""
    assert (folder / "vectray-manifest.json").read_bytes() != before
    assert changed_file(folder) == ""


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"files": {"config.json": {}}}', '{"files": 3}'])
def test_a_damaged_list_is_a_damaged_model(folder: Path, content: str) -> None:
    """Who changes the list cannot hide a change of the rest."""
    (folder / "vectray-manifest.json").write_text(content, "utf-8")
    assert changed_file(folder) == "vectray-manifest.json"
