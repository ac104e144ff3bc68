import numpy as np
import pytest
import torch

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.runtime.device import device_for, half_precision, own_stream, to_device, to_host

MISSING = [name for name in ("mps", "cuda:99") if name != "mps" or not torch.backends.mps.is_available()]


def test_apples_device_is_not_taken_unasked() -> None:
    """What nobody asked for by name is the processor or CUDA."""
    assert device_for("").type in {"cpu", "cuda"}
    assert device_for("cpu").type == "cpu"


@pytest.mark.parametrize("wish", [*MISSING, "meta", "tpu", "a great one", "cuda:x"])
def test_a_device_that_is_not_there_is_a_sentence(wish: str) -> None:
    """Nothing else is taken in its place, and the answer names the wish."""
    with pytest.raises(ModelUnavailable, match=wish):
        device_for(wish)


def test_half_precision_is_for_who_multiplies_it() -> None:
    """Apple's device and processors without the instructions compute in single precision."""
    assert half_precision(torch.device("mps")) is None
    assert half_precision(torch.device("cpu")) in {None, torch.bfloat16}


def test_numbers_come_back_as_they_went() -> None:
    """There and back changes nothing."""
    numbers = np.arange(6, dtype=np.float32).reshape(2, 3)
    device = device_for("")
    with own_stream(device):
        np.testing.assert_array_equal(to_host(to_device(numbers, device)), numbers)
