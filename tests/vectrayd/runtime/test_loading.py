import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, MPNetConfig, MPNetModel, PreTrainedTokenizerFast

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.facts import fingerprint_of
from vectrayd.domain.options import EncodeOptions, Prompt
from vectrayd.runtime.identity import identity
from vectrayd.runtime.loading import load
from vectrayd.runtime.verification import SAMPLES

pytestmark = pytest.mark.slow

SHAPE = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 48}


def folder_of(folder: Path, transformer: str) -> Path:
    """Save a tiny model with random weights as sentence-transformers does, prompts included."""
    words = ["[UNK]", "<s>", "</s>", "<pad>", *sorted({word for text in SAMPLES for word in text.split()})]
    tokenizer = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(words)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    shape = {**SHAPE, "vocab_size": len(words), "max_position_embeddings": 128, "pad_token_id": 3}
    model = BertModel(BertConfig(**shape)) if transformer == "bert" else MPNetModel(MPNetConfig(**shape))
    raw = folder.with_name(f"{folder.name}-raw")
    model.save_pretrained(raw)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", model_max_length=100
    ).save_pretrained(raw)
    modules = [Transformer(str(raw), max_seq_length=100), Pooling(32, pooling_mode="mean"), Normalize()]
    made = SentenceTransformer(modules=modules, prompts={"query": "tide "}, device="cpu")
    made.save_pretrained(str(folder), safe_serialization=True)
    return folder


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that fits the packed way."""
    return folder_of(tmp_path_factory.mktemp("models") / "bert", "bert")


def test_the_fast_way_is_found_and_remembered(bert: Path, tmp_path: Path) -> None:
    """A BERT runs packed; the second load takes the finding's word and gives the same vectors."""
    first, second = load(bert, tmp_path), load(bert, tmp_path)
    assert not first.facts.fallback_reason
    assert [json.loads(file.read_text("utf-8"))["way"] for file in tmp_path.iterdir()] == [
        f"packed-{first.facts.precision}"
    ]
    assert first.facts == second.facts
    np.testing.assert_array_equal(first.raw(SAMPLES), second.raw(SAMPLES))


def test_what_does_not_fit_runs_the_plain_way_and_says_why(tmp_path: Path) -> None:
    """MPNet adds relative positions to its attention, which the packed way would lose: its vectors are still the right ones."""
    folder = folder_of(tmp_path / "mpnet", "mpnet")
    encoder = load(folder, tmp_path / "findings")
    assert "packed" in encoder.facts.fallback_reason
    plain = SentenceTransformer(str(folder), device="cpu").encode(list(SAMPLES), convert_to_numpy=True)
    ours = encoder.raw(SAMPLES)
    np.testing.assert_allclose(ours / np.linalg.norm(ours, axis=1, keepdims=True), plain, atol=1e-5)
    assert load(folder, tmp_path / "findings").facts == encoder.facts


def test_prompts_come_from_the_models_own_configuration(bert: Path, tmp_path: Path) -> None:
    """A query is encoded with the prompt that the model has for it."""
    encoder = load(bert, tmp_path)
    (asked,) = encoder.encode(["moon"], EncodeOptions(prompt=Prompt(name="query", required=True)))
    (spelt,) = encoder.encode(["tide moon"], EncodeOptions())
    assert asked == spelt


@pytest.mark.parametrize("missing", ["modules.json", "tokenizer.json", "model.safetensors"])
def test_a_damaged_folder_is_a_sentence(bert: Path, tmp_path: Path, missing: str) -> None:
    """A model that is not whole cannot be loaded, and the reason is one."""
    folder = Path(shutil.copytree(bert, tmp_path / "model"))
    (folder / missing).unlink()
    with pytest.raises(ModelUnavailable):
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
    weights = load_file(folder / "model.safetensors")
    next(iter(weights.values()))[0] += 1
    save_file(weights, folder / "model.safetensors")
    seen.add(fingerprint_of(identity(folder)))
    assert len(seen) == 5


def rewrite(file: Path, **changes: object) -> None:
    """Change a JSON file."""
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changes), "utf-8")
