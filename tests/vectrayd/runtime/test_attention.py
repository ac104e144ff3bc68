import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from vectrayd.runtime.attention import Sight, attend
from vectrayd.runtime.row import row_of

LENGTHS = st.lists(st.integers(1, 40), min_size=1, max_size=8)
SIGHTS = st.builds(
    Sight,
    scale=st.sampled_from([None, 0.2]),
    causal=st.booleans(),
    window=st.one_of(st.none(), st.integers(1, 50)),
)
HEADS, SIZE = 4, 8
CPU = torch.device("cpu")


def dense(query: Tensor, key: Tensor, value: Tensor, sight: Sight) -> Tensor:
    """The definition: every token of one text against every other, in double precision."""
    length, repeat = len(query), query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(repeat, dim=1), value.repeat_interleave(repeat, dim=1)
    scores = torch.einsum("qhd,khd->hqk", query.double(), key.double()) * (sight.scale or SIZE**-0.5)
    distance = torch.arange(length)[:, None] - torch.arange(length)
    seen = torch.ones(length, length, dtype=torch.bool)
    if sight.causal:
        seen &= distance >= 0
    if sight.window is not None:
        seen &= distance.abs() < sight.window
    weights = scores.masked_fill(~seen, -torch.inf).softmax(-1)
    return torch.einsum("hqk,khd->qhd", weights, value.double()).float()


@pytest.mark.parametrize("key_heads", [HEADS, 2])
def test_each_text_sees_itself_and_nothing_else(key_heads: int) -> None:
    """Whatever the lengths, the window and the direction, the result is that of each text alone, by the definition."""

    @settings(max_examples=60)
    @given(LENGTHS, SIGHTS)
    def check(lengths: list[int], sight: Sight) -> None:
        row = row_of([[0] * length for length in lengths], CPU)
        tokens = sum(lengths)
        generator = torch.Generator().manual_seed(tokens)
        query = torch.randn(tokens, HEADS, SIZE, generator=generator)
        key, value = (torch.randn(tokens, key_heads, SIZE, generator=generator) for _ in range(2))
        parts = [states.split(row.lengths.tolist()) for states in (query, key, value)]
        expected = torch.cat([dense(*text, sight) for text in zip(*parts, strict=True)])
        torch.testing.assert_close(attend(query, key, value, row, sight), expected, atol=2e-5, rtol=1e-4)

    check()


def test_a_window_costs_by_length_and_not_by_its_square() -> None:
    """A text of 100,000 tokens passes through a window of 16 in moments; its square would be ten billion scores."""
    sight, length = Sight(window=16), 100_000
    states = torch.randn(length, 1, SIZE)
    attended = attend(states, states, states, row_of([[0] * length], CPU), sight)
    torch.testing.assert_close(attended[-20:], dense(*[states[-100:]] * 3, sight)[-20:], atol=2e-5, rtol=1e-4)
