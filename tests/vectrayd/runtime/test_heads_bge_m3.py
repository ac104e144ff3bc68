"""A tiny model with random weights in the layout of BGE-M3, through the real loading code, against the published formula in plain torch."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import nn
from torch.nn import functional
from transformers import MPNetConfig, MPNetModel, PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

from vectrayd.domain.embedding import Embedding, MultiVector, Sparse
from vectrayd.domain.facts import fingerprint_of
from vectrayd.domain.options import ElementType, EncodeOptions, OutputKind, Overlong
from vectrayd.runtime.encoder import Encoder
from vectrayd.runtime.identity import identity
from vectrayd.runtime.loading import load

pytestmark = pytest.mark.slow

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
WORDS = ["潮汐", "the", "tide", "moon", "月", "rises", "falls", "twice", "a", "day"]
HIDDEN = 32
WINDOW = 24
TEXTS = ["the tide rises twice a day", "潮汐 月 moon moon the the", "", "nobody knows a word", "月 " * 22]
LONG = "the tide rises and falls 潮汐 月 " * 9
ALL = frozenset(OutputKind)
LEAST_COSINE = 0.999
"""Half precision may be the fast way here."""


@dataclass(frozen=True)
class Made:
    """The model as its files have it, for the reference, and as the daemon loads it."""

    folder: Path
    plain: SentenceTransformer
    sparse: nn.Linear
    colbert: nn.Linear
    encoder: Encoder


SHAPE = {
    "vocab_size": len(SPECIAL + WORDS),
    "hidden_size": HIDDEN,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "max_position_embeddings": WINDOW + 2,
    "pad_token_id": 1,
}
TRANSFORMERS = {
    "packed": lambda: XLMRobertaModel(XLMRobertaConfig(**SHAPE), add_pooling_layer=False),
    "plain": lambda: MPNetModel(
        MPNetConfig(**SHAPE), add_pooling_layer=False
    ),  # its positions cannot be packed
}


@pytest.fixture(scope="module", params=TRANSFORMERS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Build and load the model; once with a transformer that runs packed, once with one that does not."""
    torch.manual_seed(5)
    folder = tmp_path_factory.mktemp("m3") / "bge-m3"
    raw = folder.with_name("raw")
    TRANSFORMERS[request.param]().save_pretrained(raw)
    tokenizer().save_pretrained(raw)
    modules = [
        Transformer(str(raw), max_seq_length=WINDOW),
        Pooling(HIDDEN, pooling_mode="cls"),
        Normalize(),
    ]
    plain = SentenceTransformer(modules=modules, device="cpu")
    plain.save_pretrained(str(folder), safe_serialization=True)
    sparse, colbert = nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, HIDDEN)
    save_file(sparse.state_dict(), folder / "sparse_linear.safetensors")
    save_file(colbert.state_dict(), folder / "colbert_linear.safetensors")
    encoder = load(folder, folder.with_name("findings"))
    assert bool(encoder.facts.fallback_reason) == (request.param == "plain")
    return Made(folder, plain.eval(), sparse, colbert, encoder)


def tokenizer() -> PreTrainedTokenizerFast:
    """XLM-R's special tokens around whole words."""
    words = Tokenizer(
        models.WordLevel({word: n for n, word in enumerate(SPECIAL + WORDS)}, unk_token="<unk>")
    )
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    words.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=words,
        bos_token="<s>",
        cls_token="<s>",
        eos_token="</s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
        model_max_length=WINDOW,
    )


def reference(made: Made, ids: list[int]) -> tuple[np.ndarray, dict[int, float], np.ndarray]:
    """What the paper and its code make of one text: CLS vector, not yet normalised; weight by token id; a vector for each token but the first."""
    with torch.inference_mode():
        states = made.plain[0].auto_model(input_ids=torch.tensor([ids]))[0][0]
        weights = torch.relu(made.sparse(states))[:, 0]
        colbert = functional.normalize(made.colbert(states[1:]), dim=-1)
    lexical: dict[int, float] = {}
    for token_id, weight in zip(ids, weights.tolist(), strict=True):
        if token_id not in {0, 1, 2, 3} and weight > lexical.get(token_id, 0):
            lexical[token_id] = weight
    return states[0].numpy(), lexical, colbert.numpy()


def ids_of(text: str) -> list[int]:
    """Token ids by hand."""
    known = SPECIAL + WORDS
    return [0, *(known.index(word) if word in known else 3 for word in text.split()), 2]


def dense_of(answer: Embedding) -> np.ndarray:
    """The dense vector."""
    return np.frombuffer(answer.vector, "<f4")


def sparse_of(sparse: Sparse | None) -> dict[int, float]:
    """Weight by token id."""
    assert sparse is not None
    ids, weights = np.frombuffer(sparse.token_ids, "<u4"), np.frombuffer(sparse.weights, "<f4")
    assert (np.diff(ids.astype(int)) > 0).all()
    return dict(zip(ids.tolist(), weights.tolist(), strict=True))


def rows_of(answer: MultiVector | None) -> np.ndarray:
    """The vectors of the tokens."""
    assert answer is not None
    return np.frombuffer(answer.vectors, "<f4").reshape(answer.rows, answer.columns)


def assert_same(ours: Embedding, theirs: tuple[np.ndarray, dict[int, float], np.ndarray]) -> None:
    """All three outputs are those of the reference, as exactly as the precision allows."""
    dense, lexical, colbert = theirs
    assert dense_of(ours) @ dense / np.linalg.norm(dense) > LEAST_COSINE
    rows = rows_of(ours.multi_vector)
    assert rows.shape == colbert.shape
    assert (rows * colbert).sum(axis=1).min() > LEAST_COSINE
    weights = sparse_of(ours.sparse)
    for token_id in weights.keys() | lexical.keys():
        assert abs(weights.get(token_id, 0) - lexical.get(token_id, 0)) < 0.02


def test_a_model_with_heads_has_three_outputs(made: Made) -> None:
    """The files beside the configuration are what tells it."""
    assert made.encoder.facts.outputs == set(OutputKind)


def test_outputs_are_those_of_the_published_formula(made: Made) -> None:
    """Dense, sparse and multi-vector, for texts of any length in one slice."""
    outcomes = made.encoder.encode(TEXTS, EncodeOptions(outputs=ALL))
    for text, outcome in zip(TEXTS, outcomes, strict=True):
        assert isinstance(outcome, Embedding)
        assert_same(outcome, reference(made, ids_of(text)))


def test_a_text_over_the_window_has_what_fits(made: Made) -> None:
    """TRUNCATE: all outputs are of the same first tokens."""
    (outcome,) = made.encoder.encode([LONG], EncodeOptions(outputs=ALL))
    assert isinstance(outcome, Embedding)
    assert (outcome.tokens_used, outcome.truncated) == (WINDOW, True)
    assert_same(outcome, reference(made, [*ids_of(LONG)[: WINDOW - 1], 2]))


def test_windows_of_a_long_text_give_one_answer(made: Made) -> None:
    """CHUNK_MEAN: vectors are averaged, weights are the largest of any window, and every token of the text but the first has its vector."""
    options = EncodeOptions(outputs=ALL, overlong=Overlong.CHUNK_MEAN)
    (outcome,) = made.encoder.encode([LONG], options)
    assert isinstance(outcome, Embedding)
    own = ids_of(LONG)[1:-1]
    assert len(own) == 3 * 21
    found = [reference(made, [0, *own[start : start + 21], 2]) for start in (0, 21, 42)]
    lexical: dict[int, float] = {}
    for _, weights, _ in found:
        lexical |= {n: max(weight, lexical.get(n, 0)) for n, weight in weights.items()}
    rows = [colbert[:-1] for _, _, colbert in found] + [found[-1][2][-1:]]
    assert_same(outcome, (np.mean([dense for dense, _, _ in found], axis=0), lexical, np.concatenate(rows)))
    assert not outcome.truncated


def test_one_output_is_the_same_with_or_without_others(made: Made) -> None:
    """What else was asked for does not show in a vector."""
    (together,) = made.encoder.encode(TEXTS[:1], EncodeOptions(outputs=ALL))
    for kind in OutputKind:
        (alone,) = made.encoder.encode(TEXTS[:1], EncodeOptions(outputs=frozenset({kind})))
        assert isinstance(alone, Embedding)
        assert isinstance(together, Embedding)
        if kind is OutputKind.DENSE:
            np.testing.assert_allclose(dense_of(alone), dense_of(together), atol=1e-6)
        else:
            assert alone.vector == b""
        assert (alone.sparse is not None) == (kind is OutputKind.SPARSE)
        assert (alone.multi_vector is not None) == (kind is OutputKind.MULTI_VECTOR)


def test_smaller_types_are_of_dense_vectors_and_of_tokens(made: Made) -> None:
    """int8 is a byte and half a step away at most; the dense vector and the rows have a scale each."""
    options = EncodeOptions(outputs=ALL)
    (exact,) = made.encoder.encode(TEXTS[:1], options)
    (outcome,) = made.encoder.encode(TEXTS[:1], replace(options, element_type=ElementType.INT8))
    assert isinstance(exact, Embedding)
    assert isinstance(outcome, Embedding)
    restored = np.frombuffer(outcome.vector, np.int8) * outcome.scale
    np.testing.assert_allclose(restored, dense_of(exact), atol=outcome.scale * 0.51)
    assert outcome.multi_vector is not None
    rows = (
        np.frombuffer(outcome.multi_vector.vectors, np.int8).reshape(-1, HIDDEN) * outcome.multi_vector.scale
    )
    np.testing.assert_allclose(rows, rows_of(exact.multi_vector), atol=outcome.multi_vector.scale * 0.51)
    assert sparse_of(outcome.sparse) == sparse_of(exact.sparse)


def test_heads_are_part_of_the_models_identity(made: Made) -> None:
    """Other heads are another vector space."""
    weights = identity(made.folder)["weights"]
    assert isinstance(weights, dict)
    assert {"model.safetensors", "sparse_linear.safetensors", "colbert_linear.safetensors"} <= weights.keys()
    assert fingerprint_of(identity(made.folder)) != fingerprint_of(identity(made.folder) | {"weights": {}})
