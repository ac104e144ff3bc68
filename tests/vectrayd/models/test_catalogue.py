import dataclasses
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.vectrayd.models.hub_server import model_files, reranker_files

from vectrayd.domain.errors import InvalidOption, UnknownModel
from vectrayd.domain.kinds import ModelKind
from vectrayd.domain.options import OutputKind
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.settings import ModelSettings


def write_model(folder: Path, files: Mapping[str, bytes] = model_files()) -> Path:
    """Put a model's files into a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def test_the_default_speaks_both_languages() -> None:
    """An empty name is the multilingual model; names are found whatever their case."""
    catalogue = read_catalogue()
    assert catalogue.resolve("").name == "multilingual-e5-small"
    assert catalogue.resolve("ALL-minilm-l6-V2").name == "all-MiniLM-L6-v2"


def test_a_model_is_found_by_its_repository_too() -> None:
    """Whoever copied the name from a model card means the same model."""
    assert read_catalogue().resolve("BAAI/bge-m3").name == "bge-m3"
    assert read_catalogue().resolve("baai/BGE-M3").name == "bge-m3"


def test_an_unknown_name_is_answered_with_similar_ones() -> None:
    """Whoever mistypes a model sees what it may have been, and a long name is not echoed whole."""
    with pytest.raises(UnknownModel, match=r"similar names are: .*bge-base-zh-v1\.5"):
        read_catalogue().resolve("bge-base-zh")
    with pytest.raises(UnknownModel, match="vectray models list") as caught:
        read_catalogue().resolve("x" * 10_000)
    assert len(str(caught.value)) < 300


def test_every_entry_has_its_facts() -> None:
    """What a person chooses by is there for each model, with the page that it was read on, in both languages."""
    entries = read_catalogue().entries
    assert len(entries) == 29
    for entry in entries.values():
        assert (entry.dimensions > 0) == (entry.kind is ModelKind.EMBEDDING), entry.name
        assert bool(entry.outputs) == (entry.kind is ModelKind.EMBEDDING), entry.name
        assert entry.max_tokens > 0, entry.name
        assert entry.languages, entry.name
        assert entry.licence, entry.name
        assert entry.facts.startswith("https://"), entry.name
        assert set(entry.good_for) == {"en", "zh"}, entry.name
        assert all(0 < fewer < entry.dimensions for fewer in entry.matryoshka), entry.name
        assert bool(entry.repository) != entry.leaves_machine, entry.name


def test_sizes_follow_from_the_number_of_parameters() -> None:
    """Memory is told for each precision; a model that somebody else runs takes none."""
    catalogue = read_catalogue()
    small = catalogue.resolve("all-MiniLM-L6-v2")
    assert small.memory_bytes == {"float32": 90_852_864, "bfloat16": 45_426_432, "float16": 45_426_432}
    assert small.download_bytes == 90_852_864
    remote = catalogue.resolve("text-embedding-3-small")
    assert (remote.leaves_machine, remote.memory_bytes, remote.download_bytes) == (True, {}, 0)


def test_what_a_model_gives_is_known() -> None:
    """BGE-M3 has all three outputs, the others dense vectors alone."""
    entries = read_catalogue().entries.values()
    assert {entry.name for entry in entries if len(entry.outputs) > 1} == {"bge-m3"}
    assert read_catalogue().resolve("bge-m3").outputs == frozenset(OutputKind)


def test_a_request_chooses_among_the_models_of_its_kind() -> None:
    """A reranker is never taken for an embedding model, nor the other way round; there is no default reranker before one is chosen."""
    catalogue = read_catalogue()
    assert catalogue.chosen("", ModelKind.EMBEDDING).name == catalogue.default
    assert catalogue.chosen("BAAI/bge-reranker-base", ModelKind.RERANKER).name == "bge-reranker-base"
    with pytest.raises(InvalidOption, match=r"^bge-reranker-base is a reranker"):
        catalogue.chosen("bge-reranker-base", ModelKind.EMBEDDING)
    with pytest.raises(InvalidOption, match=r"^bge-m3 gives vectors"):
        catalogue.chosen("bge-m3", ModelKind.RERANKER)
    with pytest.raises(UnknownModel, match=r"config\.toml"):
        catalogue.chosen("", ModelKind.RERANKER)
    configured = dataclasses.replace(catalogue, reranker="bge-reranker-base")
    assert configured.chosen("", ModelKind.RERANKER).name == "bge-reranker-base"


def test_a_rerankers_folder_is_a_model(tmp_path: Path) -> None:
    """As transformers saves it, without a list of modules."""
    write_model(tmp_path / "mine", reranker_files())
    mine = read_catalogue(tmp_path).chosen("mine", ModelKind.RERANKER)
    assert (mine.dimensions, mine.max_tokens) == (0, 512)


def test_a_folder_in_the_models_folder_is_a_model(tmp_path: Path) -> None:
    """It is named for the folder, described by its own files, and there as soon as the folder is."""
    catalogue = read_catalogue(tmp_path)
    assert "mine" not in catalogue.entries
    write_model(tmp_path / "mine")
    (tmp_path / "no-model").mkdir()
    write_model(tmp_path / ".hidden")
    mine = catalogue.resolve("Mine")
    assert (mine.name, mine.dimensions, mine.max_tokens, mine.pooling) == ("mine", 8, 512, "mean")
    assert set(catalogue.entries) - set(read_catalogue().entries) == {"mine"}


def test_a_known_name_stays_what_it_is(tmp_path: Path) -> None:
    """A folder named like a model of the catalogue is that model's, not another one."""
    write_model(tmp_path / "BGE-M3")
    catalogue = read_catalogue(tmp_path)
    assert catalogue.resolve("bge-m3").dimensions == 1024
    assert len(catalogue.entries) == len(read_catalogue().entries)


def test_a_configured_folder_is_a_model(tmp_path: Path) -> None:
    """It may be new, or be where a known model is kept."""
    folder = write_model(tmp_path / "somewhere")
    settings = {"own": ModelSettings(folder=folder), "BAAI/bge-m3": ModelSettings(folder=folder)}
    catalogue = read_catalogue(None, settings)
    assert (catalogue.resolve("own").folder, catalogue.resolve("own").dimensions) == (folder, 8)
    assert (catalogue.resolve("bge-m3").folder, catalogue.resolve("bge-m3").dimensions) == (folder, 1024)
