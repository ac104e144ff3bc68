"""The forward pass as sentence-transformers has it: padded batches through the model's own modules. Right for every model."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vectrayd.runtime.batches import batches, fixed_shape
from vectrayd.runtime.device import to_device, to_host


class PlainForward:
    """A model's modules, run batch by batch. May be called by several threads."""

    def __init__(
        self, modules: Sequence[nn.Module], device: torch.device, *, output: str = "sentence_embedding"
    ) -> None:
        """`output` is what the last module calls its result."""
        self._modules = tuple(modules)
        self._device = device
        self._output = output

    def __call__(
        self, ids: Sequence[Sequence[int]], sides: Sequence[Sequence[int]] | None = None
    ) -> NDArray[np.float32]:
        """Run texts of token ids, or pairs of them with the `sides` of each; float32 (n, dimensions), in their order, not yet normalised."""
        return np.stack(
            self._in_batches(ids, self._vectors, sides if sides and any(map(any, sides)) else None)
        )

    def states(self, ids: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """Return each text's last hidden states before pooling, float32 (tokens, hidden), in the texts' order."""
        padded = self._in_batches(ids, self._states)
        return [states[: len(text)] for states, text in zip(padded, ids, strict=True)]

    def pooled(self, states: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return what `__call__` would, of texts whose `states` are known."""
        return np.concatenate([self._pooled(text) for text in states])

    def _pooled(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        features = {
            "token_embeddings": to_device(states[None], self._device),
            "attention_mask": to_device(np.ones((1, len(states)), np.int64), self._device),
        }
        with torch.inference_mode():
            return to_host(_applied(self._modules[1:], features)[self._output].float())

    def _in_batches(
        self,
        ids: Sequence[Sequence[int]],
        run: Callable[[dict[str, Tensor]], Tensor],
        sides: Sequence[Sequence[int]] | None = None,
    ) -> list[NDArray[np.float32]]:
        """Return for each text what `run` makes of it."""
        results: dict[int, NDArray[np.float32]] = {}
        for part in batches([len(text) for text in ids]):
            features = self._padded([ids[position] for position in part])
            if sides:
                of_part = self._padded([sides[position] for position in part])
                features["token_type_ids"] = of_part["input_ids"]
            with torch.inference_mode():
                made = to_host(run(features).float())
            results |= dict(zip(part, made, strict=False))  # a fixed shape has rows to spare
        return [results[position] for position in range(len(ids))]

    def _padded(self, ids: Sequence[Sequence[int]]) -> dict[str, Tensor]:
        shape = (len(ids), max(map(len, ids)))
        if self._device.type == "mps":
            shape = fixed_shape(*shape)
        input_ids = np.zeros(shape, np.int64)
        mask = np.zeros(shape, np.int64)
        mask[:, 0] = 1  # a row without any token would make nothing but NaN
        for row, text in enumerate(ids):
            input_ids[row, : len(text)] = text
            mask[row, : len(text)] = 1
        return {
            "input_ids": to_device(input_ids, self._device),
            "attention_mask": to_device(mask, self._device),
        }

    def _vectors(self, features: dict[str, Tensor]) -> Tensor:
        return _applied(self._modules, features)[self._output]

    def _states(self, features: dict[str, Tensor]) -> Tensor:
        states: Tensor = self._modules[0](features)["token_embeddings"]
        return states


def _applied(modules: Sequence[nn.Module], features: dict[str, Tensor]) -> dict[str, Tensor]:
    for module in modules:
        features = module(features)
    return features
