import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.runtime.packed import PackedForward
from vectrayd.runtime.pooling import Head
from vectrayd.runtime.row import Row

TEXTS = st.lists(st.lists(st.integers(0, 49), min_size=1, max_size=40), min_size=1, max_size=12)


def ids_and_places(row: Row) -> torch.Tensor:
    """A transformer whose states are what it was given; (tokens, 2)."""
    return torch.stack([row.ids, row.places], dim=1).bfloat16()


FORWARD = PackedForward(ids_and_places, Head(["lasttoken"]), torch.device("cpu"))


@given(TEXTS)
def test_vectors_come_in_the_texts_order(texts: list[list[int]]) -> None:
    """However the row is sorted, vector n belongs to text n, in float32."""
    vectors = FORWARD(texts)
    assert vectors.dtype == np.float32
    assert vectors.tolist() == [[text[-1], len(text) - 1] for text in texts]


@given(TEXTS)
def test_states_come_in_the_texts_order(texts: list[list[int]]) -> None:
    """So do the states of its tokens."""
    states = FORWARD.states(texts)
    assert [part.tolist() for part in states] == [
        [[token, place] for place, token in enumerate(text)] for text in texts
    ]
    np.testing.assert_array_equal(FORWARD.pooled(states), FORWARD(texts))
    assert {part.dtype for part in states} == {np.dtype(np.float32)}
