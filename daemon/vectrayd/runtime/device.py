"""Where a model runs, and how numbers get there and back. All that is said of other devices than the processor is written against
torch's documentation and has not been run yet.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.runtime.prepacked import multiplies_bfloat16

_KNOWN = frozenset({"cpu", "cuda", "mps"})


def device_for(wish: str) -> torch.device:
    """Return the device named by `wish`; "" is CUDA where there is one, else the processor.

    Apple's MPS is never taken unasked: it keeps a graph for each shape that it ever saw (pytorch issue 152550).

    Raises:
        ModelUnavailable: there is no such device in this machine, or this torch cannot use it.

    """
    if not wish:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(wish)
    except RuntimeError as cause:
        raise ModelUnavailable(f"There is no kind of device {wish[:100]!r}: use cpu, cuda or mps.") from cause
    if device.type not in _KNOWN:
        raise ModelUnavailable(f"Vectray does not run models on {wish[:100]!r}: use cpu, cuda or mps.")
    if not _is_there(device):
        raise ModelUnavailable(f"The device {wish!r} was asked for, but this torch finds none here.")
    return device


def half_precision(device: torch.device) -> torch.dtype | None:
    """Return the type of two bytes that pays on `device`, None if none does."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    # Where the processor does not multiply it, half precision would be slower than single.
    return torch.bfloat16 if device.type == "cpu" and multiplies_bfloat16() else None


class _ThreadStream(threading.local):
    """One for each thread: memory that was set free on one stream is not taken up again on another."""

    stream: torch.cuda.Stream | None = None


_of_thread = _ThreadStream()


@contextmanager
def own_stream(device: torch.device) -> Iterator[None]:
    """Work on a stream of the calling thread, so that one thread's copies overlap with another's computing."""
    if device.type != "cuda":
        yield
        return
    _of_thread.stream = _of_thread.stream or torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    with torch.cuda.stream(_of_thread.stream):
        yield


def to_device(numbers: NDArray[np.generic], device: torch.device) -> Tensor:
    """Return `numbers` on `device`, where the copy may still be under way."""
    tensor = torch.from_numpy(numbers)
    if device.type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)


def to_host(tensor: Tensor) -> NDArray[np.float32]:
    """Return a float32 tensor as numbers of this process, once they are there."""
    if tensor.device.type != "cuda":
        return tensor.cpu().numpy()
    landing = torch.empty(tensor.shape, dtype=tensor.dtype, pin_memory=True)
    landing.copy_(tensor, non_blocking=True)
    torch.cuda.current_stream(tensor.device).synchronize()
    return landing.numpy()


def _is_there(device: torch.device) -> bool:
    if device.type == "cuda":
        return (device.index or 0) < torch.cuda.device_count()
    return device.type == "cpu" or torch.backends.mps.is_available()
