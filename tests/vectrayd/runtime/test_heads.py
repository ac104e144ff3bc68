from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save_file

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.options import DENSE_ONLY, OutputKind
from vectrayd.runtime.heads import (
    MULTI_VECTOR_FILE,
    NO_HEADS,
    SPARSE_FILE,
    Linear,
    load_heads,
    token_weights,
    vocabulary_weights,
)

TOKENS = st.lists(st.tuples(st.integers(0, 6), st.floats(0, 10, width=32)), max_size=30)


def save(file: Path, outputs: int, **changes: np.ndarray) -> None:
    """Write a linear layer of eight inputs."""
    layer = {"weight": np.ones((outputs, 8), np.float16), "bias": np.zeros(outputs, np.float16)}
    save_file(layer | changes, file)


@given(TOKENS, st.frozensets(st.integers(0, 6)))
def test_an_entrys_weight_is_its_largest(tokens: list[tuple[int, float]], special: frozenset[int]) -> None:
    """By the published rule: the largest weight of each token id, nothing for special tokens and for weights of nothing."""
    expected: dict[int, float] = {}
    for token_id, weight in tokens:
        if token_id not in special and weight > expected.get(token_id, 0):
            expected[token_id] = weight
    ids, weights = np.array([n for n, _ in tokens], np.int64), np.array([w for _, w in tokens], np.float32)
    entries, largest = vocabulary_weights(ids, weights, special)
    assert entries.tolist() == sorted(expected)
    assert dict(zip(entries.tolist(), largest.tolist(), strict=True)) == expected


def test_weights_are_never_negative() -> None:
    """What the layer gives below zero counts as nothing."""
    head = Linear(np.array([[1, -2]], np.float32), np.array([0.5], np.float32))
    assert token_weights(head, np.array([[1, 0], [0, 1]], np.float32)).tolist() == [1.5, 0]


def test_a_model_without_heads_gives_dense_vectors(tmp_path: Path) -> None:
    """Where no head stands beside the configuration, there is none."""
    assert load_heads(tmp_path) == NO_HEADS
    assert NO_HEADS.outputs == DENSE_ONLY
    assert NO_HEADS.columns == 0


def test_heads_are_read_in_single_precision(tmp_path: Path) -> None:
    """Whatever precision they are kept in; each head is one more output."""
    save(tmp_path / SPARSE_FILE, 1)
    assert load_heads(tmp_path).outputs == {OutputKind.DENSE, OutputKind.SPARSE}
    save(tmp_path / MULTI_VECTOR_FILE, 5)
    heads = load_heads(tmp_path)
    assert heads.outputs == set(OutputKind)
    assert heads.columns == 5
    assert heads.multi_vector is not None
    assert heads.multi_vector(np.ones((3, 8), np.float32)).dtype == np.float32


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b"no tensors"),
        lambda file: save_file({"weight": np.ones((1, 8), np.float32)}, file),
        lambda file: save(file, 2),
        lambda file: save(file, 1, weight=np.ones(8, np.float32)),
        lambda file: save(file, 1, bias=np.ones(3, np.float32)),
    ],
)
def test_a_damaged_head_is_a_sentence(tmp_path: Path, damage: object) -> None:
    """A model whose head is not the layer that it should be cannot be loaded; the reason names the file."""
    damage(tmp_path / SPARSE_FILE)
    with pytest.raises(ModelUnavailable, match=SPARSE_FILE):
        load_heads(tmp_path)
