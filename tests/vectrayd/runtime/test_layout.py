import json
from pathlib import Path
from typing import Any

import pytest

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.runtime.layout import NotPackable, read_layout

OWN = "sentence_transformers.models."


def write(file: Path, value: object) -> None:
    """Write a JSON file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(value), "utf-8")


def folder(
    place: Path, *, pooling: dict[str, Any], kinds: tuple[str, ...] = ("Transformer", "Pooling")
) -> Path:
    """A folder whose transformer lies beside the list of modules."""
    write(place / "config.json", {"model_type": "bert", "max_position_embeddings": 512, "hidden_size": 8})
    write(place / "tokenizer.json", {})
    write(place / "1_Pooling" / "config.json", pooling)
    entries = [{"type": f"{OWN}{kind}", "path": f"{n}_{kind}" if n else ""} for n, kind in enumerate(kinds)]
    write(place / "modules.json", entries)
    return place


@pytest.mark.parametrize(
    ("settings", "modes", "dimensions"),
    [
        ({"pooling_mode": "lasttoken", "embedding_dimension": 8}, ("lasttoken",), 8),
        ({"pooling_mode": ["cls", "mean"], "embedding_dimension": 8}, ("cls", "mean"), 16),
        ({"pooling_mode_cls_token": True, "word_embedding_dimension": 8}, ("cls",), 8),
        (
            {
                "pooling_mode_mean_tokens": True,
                "pooling_mode_max_tokens": True,
                "word_embedding_dimension": 8,
            },
            ("max", "mean"),
            16,
        ),
        ({"pooling_mode_cls_token": False, "word_embedding_dimension": 8}, ("mean",), 8),
    ],
)
def test_pooling_is_read_by_its_old_and_its_new_names(
    tmp_path: Path, settings: dict[str, Any], modes: tuple[str, ...], dimensions: int
) -> None:
    """Whichever release wrote the folder, the modes and the size of the vector are known."""
    layout = read_layout(folder(tmp_path, pooling=settings))
    assert layout.pooling == modes
    assert layout.dimensions == dimensions


@pytest.mark.parametrize(
    ("own", "tokenizer", "window"),
    [
        ({"max_seq_length": 256}, {"model_max_length": 512}, 256),
        ({"max_seq_length": None}, {"model_max_length": 100}, 100),
        ({}, {"model_max_length": 10**30}, 512),
        ({"tokenizer_args": {"model_max_length": 64}, "max_seq_length": 256}, {}, 64),
    ],
)
def test_the_window_is_the_one_said_outright_or_the_least_limit(
    tmp_path: Path, own: dict[str, Any], tokenizer: dict[str, Any], window: int
) -> None:
    """What sentence-transformers takes for the window is taken here."""
    place = folder(tmp_path, pooling={})
    write(place / "sentence_bert_config.json", own)
    write(place / "tokenizer_config.json", tokenizer)
    assert read_layout(place).max_tokens == window


def test_empty_prompts_are_none(tmp_path: Path) -> None:
    """A prompt of no characters is not offered; the default one is found by its name."""
    place = folder(tmp_path, pooling={})
    settings = {"prompts": {"query": "q: ", "document": ""}, "default_prompt_name": "query"}
    write(place / "config_sentence_transformers.json", settings)
    layout = read_layout(place)
    assert layout.prompts == {"query": "q: "}
    assert layout.default_prompt == "q: "


def test_code_that_comes_with_a_model_is_refused(tmp_path: Path) -> None:
    """A module of another package than sentence-transformers is not run, and the reason names it."""
    place = folder(tmp_path, pooling={})
    write(place / "modules.json", [{"type": "custom_st.Transformer", "path": ""}])
    with pytest.raises(ModelUnavailable, match="custom_st"):
        read_layout(place)


def test_what_cannot_be_lent_truthfully_is_refused(tmp_path: Path) -> None:
    """Pooling without the prompt needs to know where the prompt ends, which nobody tells the model."""
    with pytest.raises(ModelUnavailable, match="prompts"):
        read_layout(folder(tmp_path, pooling={"include_prompt": False}))


@pytest.mark.parametrize("damage", ["[]", "{}", "", '[{"type": 3}]', "null"])
def test_damage_is_a_sentence(tmp_path: Path, damage: str) -> None:
    """Whatever stands in the list of modules, the model is unavailable, and nothing else happens."""
    place = folder(tmp_path, pooling={})
    (place / "modules.json").write_text(damage, "utf-8")
    with pytest.raises(ModelUnavailable):
        read_layout(place)


def test_no_pooling_does_not_fit(tmp_path: Path) -> None:
    """A model that pools inside its transformer runs the plain way."""
    layout = read_layout(folder(tmp_path, pooling={}, kinds=("Transformer", "Normalize")))
    with pytest.raises(NotPackable, match="pool"):
        _ = layout.pooling
