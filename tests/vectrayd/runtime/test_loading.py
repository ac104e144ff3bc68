import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file
from tests.vectrayd.runtime.tiny_models import MODELS, save
from tokenizers import Tokenizer

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.facts import fingerprint_of
from vectrayd.domain.options import EncodeOptions, Prompt
from vectrayd.runtime.identity import identity
from vectrayd.runtime.loading import load
from vectrayd.runtime.verification import SAMPLES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of BERT's shape."""
    return save(MODELS["bge"], tmp_path_factory.mktemp("models") / "bert")


@pytest.fixture(scope="module")
def gemma(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with modules after its pooling."""
    return save(MODELS["embeddinggemma"], tmp_path_factory.mktemp("models") / "gemma")


def rewrite(file: Path, **changes: object) -> None:
    """Change a JSON file."""
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), "utf-8")


def test_the_fast_way_is_found_and_remembered(bert: Path, tmp_path: Path) -> None:
    """A BERT runs packed; the second load takes the finding's word and gives the same vectors."""
    first, second = load(bert, tmp_path), load(bert, tmp_path)
    assert not first.facts.fallback_reason
    found = [json.loads(file.read_text("utf-8")).get("way") for file in tmp_path.iterdir()]
    assert f"bert-{first.facts.precision}" in found
    assert first.facts == second.facts
    np.testing.assert_array_equal(first.raw(SAMPLES), second.raw(SAMPLES))


def test_waking_needs_neither_transformers_nor_sentence_transformers(bert: Path, tmp_path: Path) -> None:
    """Importing them would take longer than everything else, so a remembered BERT is loaded without."""
    load(bert, tmp_path)
    program = (
        "import sys; from pathlib import Path; from vectrayd.runtime.loading import load;"
        f"vectors = load(Path({str(bert)!r}), Path({str(tmp_path)!r})).raw(['tide']);"
        "print({'transformers', 'sentence_transformers', 'scipy', 'sympy'} & set(sys.modules), vectors.shape)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set() (1, 32)"


def test_prompts_come_from_the_models_own_configuration(bert: Path, tmp_path: Path) -> None:
    """A query is encoded with the prompt that the model has for it."""
    encoder = load(bert, tmp_path)
    (asked,) = encoder.encode(["moon"], EncodeOptions(prompt=Prompt(name="query", required=True)))
    (spelt,) = encoder.encode(["tide moon"], EncodeOptions())
    assert asked == spelt


def test_the_tokenizer_is_the_one_that_sentence_transformers_makes(bert: Path, tmp_path: Path) -> None:
    """Where a setting adds to the tokenizer, the model gets and names the one that was made, at the first load and later."""
    folder = Path(shutil.copytree(bert, tmp_path / "model"))
    rewrite(folder / "sentence_bert_config.json", do_lower_case=True)
    for _ in range(2):
        encoder = load(folder, tmp_path / "findings")
        np.testing.assert_allclose(encoder.raw(["THE MOON"]), encoder.raw(["the moon"]))
        assert Tokenizer.from_file(encoder.facts.tokenizer_file).normalizer is not None


@pytest.mark.parametrize("missing", ["modules.json", "tokenizer.json", "model.safetensors", "config.json"])
def test_a_damaged_folder_is_a_sentence(bert: Path, tmp_path: Path, missing: str) -> None:
    """A model that is not whole cannot be loaded, and the reason is one."""
    folder = Path(shutil.copytree(bert, tmp_path / "model"))
    (folder / missing).unlink()
    with pytest.raises(ModelUnavailable):
        load(folder, tmp_path / "findings")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"model_type": "new", "auto_map": {"AutoModel": "modeling.NewModel"}}, "code of its own"),
        ({"model_type": "unheard-of"}, "not known to transformers"),
    ],
)
def test_an_architecture_without_a_native_class_is_refused(
    bert: Path, tmp_path: Path, settings: dict[str, object], reason: str
) -> None:
    """No code that comes with a model is run, and the refusal says that it would have to be."""
    folder = Path(shutil.copytree(bert, tmp_path / "model"))
    rewrite(folder / "config.json", **settings)
    with pytest.raises(ModelUnavailable, match=reason):
        load(folder, tmp_path / "findings")


def test_the_identity_knows_what_matters_and_nothing_else(bert: Path, tmp_path: Path) -> None:
    """A weight, the tokenizer, the pooling and the architecture change it; place, time and release do not."""
    folder = Path(shutil.copytree(bert, tmp_path / "elsewhere"))
    original = fingerprint_of(identity(bert))
    rewrite(folder / "config.json", transformers_version="0.0.0", _name_or_path="elsewhere")
    assert fingerprint_of(identity(folder)) == original
    seen = {original}
    rewrite(folder / "config.json", layer_norm_eps=0.5)
    seen.add(fingerprint_of(identity(folder)))
    rewrite(folder / "1_Pooling" / "config.json", pooling_mode="cls")
    seen.add(fingerprint_of(identity(folder)))
    with (folder / "tokenizer.json").open("a", encoding="utf-8") as tokenizer:
        tokenizer.write("\n")
    seen.add(fingerprint_of(identity(folder)))
    change_a_weight(folder)
    seen.add(fingerprint_of(identity(folder)))
    assert len(seen) == 5


@pytest.mark.parametrize("place", ["", "2_Dense", "3_Dense"])
def test_weights_of_one_name_are_told_apart(gemma: Path, tmp_path: Path, place: str) -> None:
    """A model may have three files called model.safetensors; a change of any makes it another model."""
    folder = Path(shutil.copytree(gemma, tmp_path / "model"))
    change_a_weight(folder / place)
    assert fingerprint_of(identity(folder)) != fingerprint_of(identity(gemma))


def change_a_weight(folder: Path) -> None:
    """Add one to one row."""
    weights = load_file(folder / "model.safetensors")
    next(iter(weights.values()))[0] += 1
    save_file(weights, folder / "model.safetensors")


def test_a_disk_that_takes_nothing_costs_speed_and_not_truth(bert: Path, tmp_path: Path) -> None:
    """Where the tokenizer that was made cannot be kept, the plain way is taken with it, and the state says why."""
    folder = Path(shutil.copytree(bert, tmp_path / "model"))
    rewrite(folder / "sentence_bert_config.json", do_lower_case=True)
    (tmp_path / "findings").touch()
    encoder = load(folder, tmp_path / "findings")
    assert "disk" in encoder.facts.fallback_reason
    np.testing.assert_allclose(encoder.raw(["THE MOON"]), encoder.raw(["the moon"]))
