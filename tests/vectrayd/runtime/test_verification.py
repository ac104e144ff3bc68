import numpy as np
import pytest
import torch

from vectrayd.runtime.verification import agree, circumstances, samples_for

VECTORS = np.random.default_rng(1).normal(size=(8, 16)).astype(np.float32)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_the_same_vectors_agree_whatever_their_length(dtype: torch.dtype) -> None:
    """Only the direction counts."""
    assert agree(VECTORS * 3, VECTORS, dtype)


def test_one_text_that_differs_is_enough() -> None:
    """A single wrong vector, or one that is none, means that the fast way is not used."""
    turned, broken = VECTORS.copy(), VECTORS.copy()
    turned[3] = VECTORS[4]
    broken[3, 0] = np.nan
    assert not agree(turned, VECTORS, torch.bfloat16)
    assert not agree(broken, VECTORS, torch.bfloat16)


def test_half_precision_is_allowed_its_rounding_and_no_more() -> None:
    """What single precision must not lose, half precision may; but not a tenth of an angle."""
    near, far = VECTORS + 0.01, VECTORS + 0.2
    assert agree(near, VECTORS, torch.bfloat16)
    assert not agree(near, VECTORS, torch.float32)
    assert not agree(far, VECTORS, torch.bfloat16)


def test_the_longest_sample_leaves_the_window_behind() -> None:
    """However far a model's layers look, one text is so long that its end no longer sees its beginning."""
    for window in (0, 128, 512, 4096):
        assert len(samples_for(window)[-1].split()) > 1.5 * window


def test_a_finding_holds_for_one_model_on_one_device() -> None:
    """Another model or another device is another question."""
    cpu, gpu = torch.device("cpu"), torch.device("cuda")
    assert (
        len({circumstances("a", cpu, ["x"]), circumstances("b", cpu, ["x"]), circumstances("a", gpu, ["x"])})
        == 3
    )
    assert circumstances("a", cpu, ["x"]) != circumstances("a", cpu, ["x", "y"])
