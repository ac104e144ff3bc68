import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sentence_transformers.sentence_transformer.modules import Pooling

from vectrayd.runtime.layout import NotPackable
from vectrayd.runtime.pooling import Head
from vectrayd.runtime.row import row_of

LENGTHS = st.lists(st.integers(1, 9), min_size=1, max_size=6)
CPU = torch.device("cpu")


@pytest.mark.parametrize("mode", [*Pooling.POOLING_MODES, ("cls", "mean")])
def test_pooling_is_that_of_sentence_transformers(mode: str | tuple[str, ...]) -> None:
    """Every mode, and several side by side, gives what sentence-transformers makes of each text alone."""
    theirs = Pooling(5, pooling_mode=mode)
    ours = Head((mode,) if isinstance(mode, str) else mode)

    @settings(max_examples=30)
    @given(LENGTHS)
    def check(lengths: list[int]) -> None:
        row = row_of([[0] * length for length in lengths], CPU)
        states = torch.randn(sum(lengths), 5, generator=torch.Generator().manual_seed(sum(lengths)))
        expected = [
            theirs({"token_embeddings": part[None], "attention_mask": torch.ones(1, len(part))})
            for part in states.split(row.lengths.tolist())
        ]
        np.testing.assert_allclose(
            ours(states, row), torch.cat([text["sentence_embedding"] for text in expected]), atol=1e-5
        )

    check()


def test_layers_come_after_pooling_in_single_precision() -> None:
    """What a model has after its pooling sees float32, whatever the transformer computes in."""
    head = Head(["mean"], [lambda vectors: vectors * 2, lambda vectors: vectors + 1])
    row = row_of([[0]], CPU)
    vectors = head(torch.tensor([[1.0, 2.0]], dtype=torch.bfloat16), row)
    torch.testing.assert_close(vectors, torch.tensor([[3.0, 5.0]]))


def test_an_unknown_pooling_does_not_fit() -> None:
    """A mode that a later sentence-transformers may bring is not guessed at."""
    with pytest.raises(NotPackable, match="median"):
        Head(["median"])
