from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vectrayd.models.hub_server import HubServer, model_files, reranker_files

from vectrayd.models.hub import NotAModel, Snapshot, snapshot_of, wanted


def snapshot(files: dict[str, bytes]) -> Snapshot:
    """What a hub's listing of these files says."""
    return snapshot_of(HubServer(files=files).listing())


def test_weights_settings_and_licence_are_wanted() -> None:
    """Code, pickles beside safetensors, hidden files and the same model for other programs are not."""
    paths = {file.path for file in wanted(snapshot(model_files())).files}
    assert paths == {
        "modules.json",
        "config.json",
        "tokenizer.json",
        "1_Pooling/config.json",
        "model.safetensors",
        "README.md",
    }


def test_pickles_are_wanted_only_where_there_is_nothing_else() -> None:
    """They are made safe after they came; BGE-M3's heads always."""
    files = model_files() | {"sparse_linear.pt": b"s", "colbert_linear.pt": b"c", "other.pt": b"o"}
    assert "pytorch_model.bin" not in {file.path for file in wanted(snapshot(files)).files}
    del files["model.safetensors"]
    paths = {file.path for file in wanted(snapshot(files)).files}
    assert {"pytorch_model.bin", "sparse_linear.pt", "colbert_linear.pt"} <= paths
    assert "other.pt" not in paths


@pytest.mark.parametrize("missing", ["modules.json", "tokenizer.json", "model.safetensors"])
def test_what_would_be_no_model_is_refused(missing: str) -> None:
    """Before anything is fetched it is known whether it can be loaded."""
    files = model_files()
    del files["pytorch_model.bin"]
    del files[missing]
    with pytest.raises(NotAModel):
        wanted(snapshot(files))


def test_a_reranker_is_wanted_without_a_list_of_modules() -> None:
    """The hub says what its configuration names; a model that gives no scores still needs the list."""
    files = reranker_files()
    assert {file.path for file in wanted(snapshot(files)).files} == set(files)
    with pytest.raises(NotAModel, match=r"modules\.json"):
        wanted(snapshot(files | {"config.json": b'{"architectures": ["BertModel"]}'}))


@given(
    st.text(max_size=20).map(lambda name: name + ".json")
    | st.sampled_from(["../a.json", "/a.json", "1_A/../b.json"])
)
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    """Whatever a hub calls its files."""
    for file in wanted(snapshot(model_files() | {name: b"{}"})).files:
        assert not file.path.startswith(("/", "."))
        assert ".." not in file.path.split("/")


@pytest.mark.parametrize(
    "listing",
    [{}, {"sha": "a/b", "siblings": []}, {"sha": "a", "siblings": [{}]}, {"sha": "a", "siblings": 3}],
)
def test_an_unknown_answer_is_one_error(listing: dict[str, Any]) -> None:
    """What is no listing is not half understood."""
    with pytest.raises(ValueError, match="unknown form"):
        snapshot_of(listing)
