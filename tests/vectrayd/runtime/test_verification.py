from pathlib import Path

import numpy as np
import pytest
import torch

from vectrayd.runtime.verification import Findings, agree

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


def test_findings_are_remembered_for_one_model(tmp_path: Path) -> None:
    """What was found for a model is found again, for another nothing; damage is like nothing."""
    Findings(tmp_path / "new", "model a").write("packed-float32")
    assert Findings(tmp_path / "new", "model a").read() == "packed-float32"
    assert Findings(tmp_path / "new", "model b").read() is None
    (file,) = (tmp_path / "new").iterdir()
    for damage in ("", "[]", '{"way": 3}', "\x00"):
        file.write_text(damage, "utf-8")
        assert Findings(tmp_path / "new", "model a").read() is None


def test_a_disk_that_takes_nothing_is_no_obstacle(tmp_path: Path) -> None:
    """Remembering is a favour, not a duty."""
    (tmp_path / "file").touch()
    Findings(tmp_path / "file", "model").write("plain")
    assert Findings(tmp_path / "file", "model").read() is None
