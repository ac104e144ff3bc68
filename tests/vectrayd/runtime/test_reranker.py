import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file
from sentence_transformers import CrossEncoder
from tests.vectrayd.runtime import tiny_rerankers

from vectrayd.domain.embedding import Embedding
from vectrayd.domain.errors import InvalidOption, ModelUnavailable, NonFinite
from vectrayd.domain.kinds import ModelKind
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.device import half_precision
from vectrayd.runtime.loading import load
from vectrayd.runtime.reranker import Reranker, logistic
from vectrayd.runtime.verification import SAMPLES

QUERY = "tide rises moon"
HALF = half_precision(torch.device("cpu"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """All tiny rerankers, and what is remembered of them."""

    folder: Path

    def load(self, name: str, *, exact: bool = True) -> Reranker:
        """Load one, as soon as it was loaded once without looking for the fastest way again."""
        return loaded(self.folder / name, self.folder / "findings", exact=exact)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Where they are."""
    folder = tmp_path_factory.mktemp("rerankers")
    for name in tiny_rerankers.MODELS:
        tiny_rerankers.save(name, folder / name)
    return Home(folder=folder)


def scores(reranker: Reranker, texts: Sequence[str], query: str = QUERY) -> list[float]:
    """What a reranker gives texts."""
    outcomes = reranker.encode(texts, EncodeOptions(query=query))
    return [np.frombuffer(outcome.vector, "<f4").item() for outcome in outcomes]


def loaded(folder: Path, findings: Path, *, exact: bool = True) -> Reranker:
    """The reranker in a folder."""
    reranker = load(folder, findings, exact=exact)
    assert isinstance(reranker, Reranker)
    return reranker


@pytest.mark.parametrize(
    "name", ["bge-reranker", "ms-marco-minilm", pytest.param("modernbert", marks=pytest.mark.slow)]
)
def test_scores_are_those_of_sentence_transformers(home: Home, name: str) -> None:
    """Whatever the way, at the first load and the next: to the fifth place."""
    model = CrossEncoder(str(home.folder / name), device="cpu")
    expected = model.predict([(QUERY, text) for text in SAMPLES]).tolist()
    for _ in range(2):
        assert scores(home.load(name), SAMPLES) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize("name", ["bge-reranker", "ms-marco-minilm"])
def test_the_catalogues_rerankers_run_packed(home: Home, name: str) -> None:
    """Without padding, and in half precision where the processor multiplies it, which moves a score by less than a fiftieth."""
    quick = home.load(name, exact=False)
    assert quick.facts.fallback_reason == ""
    assert quick.facts.precision == str(HALF or torch.float32).removeprefix("torch.")
    assert (quick.facts.kind, quick.facts.dimensions, quick.facts.outputs) == (
        ModelKind.RERANKER,
        0,
        frozenset(),
    )
    assert scores(quick, SAMPLES) == pytest.approx(scores(home.load(name), SAMPLES), abs=0.02)


def test_a_score_depends_on_its_pair_alone(home: Home) -> None:
    """Texts that share a slice do not notice each other, in whatever order they come."""
    reranker = home.load("bge-reranker")
    together = scores(reranker, SAMPLES)
    assert scores(reranker, SAMPLES[::-1]) == pytest.approx(together[::-1], abs=1e-6)
    assert [scores(reranker, [text])[0] for text in SAMPLES] == pytest.approx(together, abs=1e-6)


def test_what_was_cut_is_told(home: Home) -> None:
    """Tokens of query and text together; the whole text is counted though its end is not read."""
    reranker = home.load("bge-reranker")
    short, long = reranker.encode(["moon", "moon " * 200], EncodeOptions(query=QUERY))
    assert isinstance(short, Embedding)
    assert isinstance(long, Embedding)
    assert (short.tokens_used, short.tokens_total, short.truncated) == (8, 8, False)
    assert (long.tokens_used, long.tokens_total, long.truncated) == (100, 207, True)
    assert reranker.encode([], EncodeOptions(query=QUERY)) == []


def test_vectors_are_refused_in_one_sentence(home: Home) -> None:
    """A reranker has none, and says what it is for instead."""
    with pytest.raises(InvalidOption, match="is a reranker: it scores texts against a query"):
        home.load("bge-reranker").encode(["moon"], EncodeOptions())


def test_single_texts_are_tokenized(home: Home) -> None:
    """As an embedding model would: for whoever counts tokens."""
    reranker = home.load("bge-reranker")
    (tokens,) = reranker.tokenize(["moon"])
    opening, moon, closing = np.frombuffer(tokens.ids, "<u4").tolist()
    assert opening != closing
    assert reranker.spell([[moon]]) == ["moon"]


@pytest.mark.slow
def test_a_folder_that_sentence_transformers_saved_is_one_too(home: Home, tmp_path: Path) -> None:
    """It has a list of modules; the scores are the same."""
    name = "ms-marco-minilm"
    CrossEncoder(str(home.folder / name), device="cpu").save_pretrained(str(tmp_path / "saved"))
    assert (tmp_path / "saved" / "modules.json").is_file()
    again = loaded(tmp_path / "saved", tmp_path / "findings")
    assert scores(again, SAMPLES) == pytest.approx(scores(home.load(name), SAMPLES), abs=1e-6)


def test_a_classifier_is_no_reranker(tmp_path: Path) -> None:
    """One that gives several scores has no order; the refusal says how many."""
    folder = tiny_rerankers.save("bge-reranker", tmp_path / "model", labels=3)
    with pytest.raises(ModelUnavailable, match="3 scores"):
        load(folder, tmp_path / "findings")


@pytest.mark.slow
def test_a_score_that_is_no_number_is_an_error(tmp_path: Path) -> None:
    """Of its own text alone: damaged weights say so, they do not come first or last."""
    folder = tiny_rerankers.save("bge-reranker", tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    moon = json.loads((folder / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]["moon"]
    weights["roberta.embeddings.word_embeddings.weight"][moon] = math.nan
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    outcomes = loaded(folder, tmp_path / "findings").encode(["tide", "moon"], EncodeOptions(query="tide"))
    assert [type(outcome) for outcome in outcomes] == [Embedding, NonFinite]


@pytest.mark.slow
def test_the_fingerprint_is_of_all_that_decides(home: Home, tmp_path: Path) -> None:
    """Another window, or another way to tell the sides apart, gives other scores, and says so."""
    whole = home.load("ms-marco-minilm").facts.fingerprint
    short = tiny_rerankers.save("ms-marco-minilm", tmp_path / "short", max_tokens=50)
    sides = tiny_rerankers.save("ms-marco-minilm", tmp_path / "sides")
    settings = json.loads((sides / "tokenizer_config.json").read_text("utf-8"))
    settings["model_input_names"] = ["input_ids", "attention_mask"]
    (sides / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    prints = {whole, *(loaded(folder, tmp_path).facts.fingerprint for folder in (short, sides))}
    assert len(prints) == 3
    assert home.load("ms-marco-minilm").facts.fingerprint == whole


@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1))
def test_the_logistic_function_keeps_the_order(logits: list[float]) -> None:
    """From 0 to 1, the larger the better, and the textbook's value wherever that can be computed."""
    values = logistic(np.array(sorted(logits), np.float32))
    assert values.min() >= 0
    assert values.max() <= 1
    assert (np.diff(values) >= 0).all()
    for logit, value in zip(sorted(logits), values.tolist(), strict=True):
        if abs(logit) < 80:
            assert value == pytest.approx(1 / (1 + math.exp(-logit)), rel=1e-6, abs=1e-30)
