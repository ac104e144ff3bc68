import json
from pathlib import Path

import pytest
from tests.vectrayd.models.test_catalogue import write_model

from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.models.model_folder import describe, fault, is_model
from vectrayd.runtime.layout import read_layout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model folder with nothing against it."""
    return write_model(tmp_path / "model")


def test_a_whole_model_has_no_fault(folder: Path) -> None:
    """Code and pickles beside safetensors are no fault: nobody opens them."""
    assert is_model(folder)
    assert fault(folder) == ""


@pytest.mark.parametrize("content", ["{", "[1]", "{}", "[]", '[{"type": "x"}]'])
def test_unreadable_modules_are_a_sentence(folder: Path, content: str) -> None:
    """Whatever stands in modules.json, nobody sees a traceback."""
    (folder / "modules.json").write_text(content, "utf-8")
    assert fault(folder).startswith("The model's folder cannot be read")
    assert describe("x", folder).name == "x"


def test_a_model_that_brings_code_is_refused(folder: Path) -> None:
    """The module that would need it is named."""
    modules = [{"idx": 0, "name": "t", "path": "", "type": "custom_st.Transformer"}]
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    assert "custom_st.Transformer" in fault(folder)


@pytest.mark.parametrize("path", ["../other", "/etc"])
def test_modules_stay_in_their_folder(folder: Path, path: str) -> None:
    """A model is its folder, and reaches for nothing else."""
    modules = [{"idx": 0, "name": "t", "path": path, "type": "sentence_transformers.models.Dense"}]
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    assert "outside" in fault(folder)


def test_pickles_alone_are_refused(folder: Path) -> None:
    """Weights that can run code are not opened; no weights at all are another sentence."""
    (folder / "model.safetensors").unlink()
    assert "only safetensors" in fault(folder)
    (folder / "pytorch_model.bin").unlink()
    assert "no weights" in fault(folder)


def test_a_dense_module_has_weights_too(folder: Path) -> None:
    """The rule holds for every module, and the last one decides how long vectors are."""
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    modules.append({"idx": 2, "name": "2", "path": "2_Dense", "type": "sentence_transformers.models.Dense"})
    (folder / "modules.json").write_text(json.dumps(modules), "utf-8")
    (folder / "2_Dense").mkdir()
    (folder / "2_Dense" / "config.json").write_text('{"out_features": 5}', "utf-8")
    (folder / "2_Dense" / "pytorch_model.bin").write_bytes(b"")
    assert "only safetensors" in fault(folder)
    (folder / "2_Dense" / "model.safetensors").write_bytes(b"")
    assert fault(folder) == ""
    assert describe("x", folder).dimensions == 5


def test_all_parts_of_divided_weights_are_needed(folder: Path) -> None:
    """A download that ended early is not taken for a model."""
    (folder / "model.safetensors").rename(folder / "model-00001-of-00002.safetensors")
    weights = {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": weights}), "utf-8")
    assert "model-00002-of-00002.safetensors" in fault(folder)
    (folder / "model-00002-of-00002.safetensors").write_bytes(b"")
    assert fault(folder) == ""


def test_new_and_old_settings_mean_the_same(folder: Path) -> None:
    """sentence-transformers renamed its keys; limits that are no limits are no number of tokens."""
    (folder / "1_Pooling" / "config.json").write_text(
        '{"embedding_dimension": 8, "pooling_mode": "lasttoken"}', "utf-8"
    )
    (folder / "tokenizer_config.json").write_text('{"model_max_length": 1e30}', "utf-8")
    (folder / "config_sentence_transformers.json").write_text(
        '{"prompts": {"query": "q: ", "document": ""}}', "utf-8"
    )
    entry = describe("x", folder)
    assert (entry.dimensions, entry.pooling, entry.max_tokens) == (8, "lasttoken", 512)
    assert entry.prompts == {"query": "q: "}


@pytest.mark.parametrize(
    "settings",
    [
        {"pooling_mode_cls_token": True, "word_embedding_dimension": 8},
        {"pooling_mode": ["cls", "mean"], "embedding_dimension": 8},
        {"word_embedding_dimension": 8},
    ],
    ids=["one", "side by side", "none named"],
)
def test_a_folder_is_described_as_its_worker_will(tmp_path: Path, settings: dict[str, object]) -> None:
    """Whatever the folder's way to say it, and wherever its transformer lies, nothing changes when it is loaded."""
    (tmp_path / "0_Transformer").mkdir()
    (tmp_path / "1_Pooling").mkdir()
    for name, content in {
        "modules.json": [
            {"type": "sentence_transformers.models.Transformer", "path": "0_Transformer"},
            {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"},
        ],
        "0_Transformer/config.json": {"model_type": "bert", "max_position_embeddings": 512},
        "0_Transformer/sentence_bert_config.json": {"max_seq_length": 100},
        "0_Transformer/tokenizer.json": {},
        "0_Transformer/model.safetensors": {},
        "1_Pooling/config.json": settings,
    }.items():
        (tmp_path / name).write_text(json.dumps(content), "utf-8")
    entry, layout = describe("x", tmp_path), read_layout(tmp_path)
    assert fault(tmp_path) == ""
    assert (entry.dimensions, entry.max_tokens) == (layout.dimensions, 100)
    assert entry.pooling == "+".join(layout.pooling)


async def test_the_catalogue_agrees_with_a_real_folder(tmp_path: Path) -> None:
    """What is written down of all-MiniLM-L6-v2 is what its own files say."""
    known = read_catalogue().resolve("all-MiniLM-L6-v2")
    real = describe("x", await Library(tmp_path).folder(known))
    assert (real.dimensions, real.max_tokens, real.pooling, real.prompts) == (384, 256, "mean", {})
    assert (known.dimensions, known.max_tokens, known.pooling, known.prompts) == (384, 256, "mean", {})
