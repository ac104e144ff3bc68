import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer.modules import Pooling
from transformers import (
    BertConfig,
    BertModel,
    PreTrainedModel,
    Qwen3Config,
    Qwen3Model,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from vectrayd.runtime.packed import PackedForward, Run, runs_of
from vectrayd.runtime.prepacked import PrepackedLinear, is_available, prepack

SHAPE = {
    "vocab_size": 50,
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
}
TEXTS = st.lists(st.lists(st.integers(5, 49), min_size=1, max_size=40), min_size=1, max_size=12)


def bert() -> PreTrainedModel:
    """Absolute positions from 0."""
    return BertModel(BertConfig(**SHAPE, max_position_embeddings=64), add_pooling_layer=False)


def xlm_roberta() -> PreTrainedModel:
    """Absolute positions that begin after the padding's."""
    return XLMRobertaModel(
        XLMRobertaConfig(**SHAPE, max_position_embeddings=64, pad_token_id=1), add_pooling_layer=False
    )


def qwen3() -> PreTrainedModel:
    """Rotary positions, causal, fewer keys than queries."""
    return Qwen3Model(Qwen3Config(**SHAPE, num_key_value_heads=2, head_dim=8, use_cache=False))


def one_by_one(model: PreTrainedModel, pooling: Pooling, texts: list[list[int]]) -> np.ndarray:
    """The plain way: each text alone, nothing to pad."""
    vectors = []
    for text in texts:
        ids = torch.tensor([text])
        with torch.inference_mode():
            states = model(input_ids=ids, attention_mask=torch.ones_like(ids))[0]
            pooled = pooling({"token_embeddings": states, "attention_mask": torch.ones_like(ids)})
        vectors.append(pooled["sentence_embedding"][0].numpy())
    return np.stack(vectors)


@pytest.mark.parametrize(
    ("make", "first_position", "pooled"),
    [(bert, 0, "mean"), (bert, 0, "cls"), (xlm_roberta, 2, "mean"), (qwen3, 0, "lasttoken")],
)
def test_packing_changes_nothing(make: object, first_position: int, pooled: str) -> None:
    """Whatever the lengths and their order, each text gets the vector that it gets alone."""
    torch.manual_seed(0)
    plain = make().eval()
    fast = make().eval()
    fast.load_state_dict(plain.state_dict())
    prepack(fast, torch.float32)
    pooling = Pooling(SHAPE["hidden_size"], pooling_mode=pooled)
    forward = PackedForward(fast, [pooling], first_position=first_position)

    @settings(max_examples=25, deadline=None)
    @given(TEXTS)
    def check(texts: list[list[int]]) -> None:
        np.testing.assert_allclose(forward(texts), one_by_one(plain, pooling, texts), atol=2e-5)

    check()


@given(st.lists(st.integers(1, 9), max_size=30).map(sorted))
def test_runs_cover_the_row(lengths: list[int]) -> None:
    """Runs follow each other without a gap, and hold all texts in order."""
    runs = runs_of(lengths)
    assert [length for run in runs for length in [run.length] * run.count] == lengths
    assert [run.start for run in runs] == [0, *(run.stop for run in runs)][: len(runs)]
    assert len({run.length for run in runs}) == len(runs)


def test_runs_of_an_example() -> None:
    """Two texts of two tokens and one of five."""
    assert runs_of([2, 2, 5]) == [Run(0, 2, 2), Run(4, 1, 5)]


@pytest.mark.parametrize(("dtype", "tolerance"), [(torch.float32, 1e-5), (torch.bfloat16, 2e-2)])
def test_a_prepacked_layer_computes_the_same(dtype: torch.dtype, tolerance: float) -> None:
    """With and without bias, for one row and many. Skipped nowhere: a torch without the operators says so by `is_available`."""
    torch.manual_seed(0)
    for bias in (True, False):
        linear = torch.nn.Linear(48, 32, bias=bias)
        for rows in (1, 7):
            inputs = torch.randn(rows, 48)
            if is_available(dtype):
                with torch.inference_mode():
                    computed = PrepackedLinear(linear, dtype)(inputs.to(dtype)).float()
                    assert torch.allclose(computed, linear(inputs), atol=tolerance)
