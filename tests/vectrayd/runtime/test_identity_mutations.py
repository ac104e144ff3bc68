"""What a fingerprint must notice, and what it must not: a real model folder, changed one thing at a time and loaded again."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from vectrayd.domain.facts import fingerprint_of
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.identity import identity
from vectrayd.runtime.loading import load

pytestmark = pytest.mark.slow

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *"abcdefghij"]
HIDDEN, DIMENSIONS = 16, 12
Change = Callable[[Path], object]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT with a Dense module, prompts and a head."""
    torch.manual_seed(2)
    base = tmp_path_factory.mktemp("models")
    config = BertConfig(
        vocab_size=len(WORDS),
        hidden_size=HIDDEN,
        num_hidden_layers=1,
        num_attention_heads=4,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(base / "raw")
    words = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    words.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]", model_max_length=48
    ).save_pretrained(base / "raw")
    modules = [
        Transformer(str(base / "raw"), max_seq_length=48),
        Pooling(HIDDEN, pooling_mode="mean"),
        Dense(HIDDEN, DIMENSIONS),
        Normalize(),
    ]
    made = SentenceTransformer(modules=modules, prompts={"query": "a "}, device="cpu")
    made.save_pretrained(str(base / "model"), safe_serialization=True)
    head = {"weight": np.ones((1, HIDDEN), np.float32), "bias": np.ones(1, np.float32)}
    save_file(head, base / "model" / "sparse_linear.safetensors")
    return base / "model"


def edited(name: str, **changes: object) -> Change:
    """Change settings of a JSON file."""

    def change(folder: Path) -> None:
        file = folder / name
        settings = json.loads(file.read_text("utf-8"))
        for key in changes:
            assert key.startswith("_") or key in settings, settings.keys()
        file.write_text(json.dumps(settings | changes), "utf-8")

    return change


def nudged(name: str, *, dtype: str | None = None) -> Change:
    """Change one weight by a little; or all of them to another type."""

    def change(folder: Path) -> None:
        tensors = load_file(folder / name)
        key = max(tensors)
        if dtype:
            tensors = {of: tensor.astype(dtype) for of, tensor in tensors.items()}
        else:
            tensors[key].flat[0] += 2**-10
        save_file(tensors, folder / name, metadata={"format": "pt"})

    return change


def replaced(name: str, old: str, new: str) -> Change:
    """Change a word in a file."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return change


def reordered(folder: Path) -> None:
    """Let the last two modules change places."""
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    (folder / "modules.json").write_text(json.dumps([*modules[:2], modules[3], modules[2]]), "utf-8")


def without_last_module(folder: Path) -> None:
    """Take the Dense module away, so that vectors have other dimensions."""
    modules = json.loads((folder / "modules.json").read_text("utf-8"))
    (folder / "modules.json").write_text(json.dumps([*modules[:2], modules[3]]), "utf-8")


def key_order_changed(folder: Path) -> None:
    """Write settings in another order."""
    for file in (folder / "config.json", folder / "1_Pooling" / "config.json"):
        settings = json.loads(file.read_text("utf-8"))
        file.write_text(json.dumps(dict(reversed(settings.items())), indent=7), "utf-8")


def touched(folder: Path) -> None:
    """Give every file another time."""
    for file in folder.rglob("*"):
        os.utime(file, (1, 1))


def moved(folder: Path) -> None:
    """Write all files anew, elsewhere, under another name."""
    shutil.copytree(folder, folder.with_name("another name"))
    shutil.rmtree(folder)
    shutil.move(folder.with_name("another name"), folder)


DENSE = "2_Dense/model.safetensors"
MUTATIONS: dict[str, Change] = {
    "a weight": nudged("model.safetensors"),
    "the type of the weights": nudged("model.safetensors", dtype="float16"),
    "a weight of a later module": nudged(DENSE),
    "a weight of a head": nudged("sparse_linear.safetensors"),
    "no head": lambda folder: (folder / "sparse_linear.safetensors").unlink(),
    "a byte of the tokenizer": replaced("tokenizer.json", "{", "{ "),
    "a word of the tokenizer": replaced("tokenizer.json", '"j"', '"k"'),
    "the pooling": edited("1_Pooling/config.json", pooling_mode="cls"),
    "the activation of a module": edited(
        "2_Dense/config.json", activation_function="torch.nn.modules.activation.ReLU"
    ),
    "the order of modules": reordered,
    "dimensions": without_last_module,
    "the window": edited("tokenizer_config.json", model_max_length=40),
    "the words of a prompt": edited("config_sentence_transformers.json", prompts={"query": "b "}),
    "one more prompt": edited("config_sentence_transformers.json", prompts={"query": "a ", "document": "c "}),
    "an activation": edited("config.json", hidden_act="relu"),
    "the heads of attention": edited("config.json", num_attention_heads=2),
    "a small number": edited("config.json", layer_norm_eps=1e-5),
}
COSMETICS: dict[str, Change] = {
    "times": touched,
    "place": moved,
    "the name in it": edited("config.json", _name_or_path="somebody/elses"),
    "the release that wrote it": edited("config.json", transformers_version="9.9.9"),
    "an unrelated file": lambda folder: (folder / "README.md").write_text("about", "utf-8"),
    "the order of keys": key_order_changed,
}


@pytest.fixture(scope="module")
def known(original: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, str, Path]:
    """Identity, fingerprint and precision of the original; the findings that all loads share."""
    findings = tmp_path_factory.mktemp("findings")
    facts = load(original, findings).facts
    return fingerprint_of(identity(original)), facts.fingerprint, facts.precision, findings


def changed(original: Path, tmp_path: Path, change: Change) -> Path:
    """A copy of the model with one thing changed."""
    folder = Path(shutil.copytree(original, tmp_path / "model"))
    change(folder)
    return folder


@pytest.mark.parametrize("name", MUTATIONS)
def test_what_decides_a_vector_changes_the_fingerprint(
    original: Path, known: tuple[str, str, str, Path], tmp_path: Path, name: str
) -> None:
    """Vectors of a model that is not the same one never pass for its vectors."""
    folder = changed(original, tmp_path, MUTATIONS[name])
    _, fingerprint, precision, findings = known
    facts = load(folder, findings).facts
    assert facts.fingerprint != fingerprint
    assert facts.precision == precision  # else the way it is run might be all that the fingerprint noticed


@pytest.mark.parametrize("name", COSMETICS)
def test_what_decides_nothing_does_not(
    original: Path, known: tuple[str, str, str, Path], tmp_path: Path, name: str
) -> None:
    """Whoever moves, copies or annotates a model need not embed anything again."""
    folder = changed(original, tmp_path, COSMETICS[name])
    same_identity, fingerprint, _, findings = known
    assert fingerprint_of(identity(folder)) == same_identity
    assert load(folder, findings).facts.fingerprint == fingerprint


def test_fewer_dimensions_are_another_space(original: Path, known: tuple[str, str, str, Path]) -> None:
    """Each number of dimensions has a fingerprint of its own."""
    facts = load(original, known[3]).facts
    spaces = {facts.fingerprint_for(EncodeOptions(dimensions=n)) for n in range(DIMENSIONS + 1)}
    assert len(spaces) == DIMENSIONS
