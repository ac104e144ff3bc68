"""From the states of a row's tokens to one vector a text, as the model's own configuration says. In float32: half precision would cost the
vector's last digits.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from vectrayd.runtime.layout import Layout, Module, NotPackable
from vectrayd.runtime.row import Row
from vectrayd.runtime.weights import read_weights

Layer = Callable[[Tensor], Tensor]
"""(texts, numbers) to (texts, numbers), float32."""

_ACTIVATIONS: dict[str, Layer] = {
    "Identity": lambda vectors: vectors,
    "Tanh": torch.tanh,
    "ReLU": torch.relu,
    "Sigmoid": torch.sigmoid,
    "GELU": functional.gelu,
}


def _sums(states: Tensor, row: Row) -> Tensor:
    if len(row.runs) == 1:  # a query, mostly: no need to look where each text ends
        return states.view(row.runs[0].count, row.runs[0].length, -1).sum(1)
    return torch.segment_reduce(states, "sum", lengths=row.lengths)


def _weighted_mean(states: Tensor, row: Row) -> Tensor:
    """Later tokens weigh more: Muennighoff, SGPT, 2022 (arXiv:2202.08904), section 3.1.1."""
    weights = (row.places + 1).float()[:, None]
    return _sums(states * weights, row) / _sums(weights, row)


_POOLINGS: dict[str, Callable[[Tensor, Row], Tensor]] = {
    "cls": lambda states, row: states[row.bounds[:-1]],
    "lasttoken": lambda states, row: states[row.bounds[1:] - 1],
    "max": lambda states, row: torch.segment_reduce(states, "max", lengths=row.lengths),
    "mean": lambda states, row: _sums(states, row) / row.lengths[:, None],
    "mean_sqrt_len_tokens": lambda states, row: _sums(states, row) / row.lengths[:, None].sqrt(),
    "weightedmean": _weighted_mean,
}


class Head:
    """What stands between a transformer and its vectors."""

    def __init__(self, pooling: Sequence[str], layers: Sequence[Layer] = ()) -> None:
        try:
            self._poolings = [_POOLINGS[name] for name in pooling]
        except KeyError as cause:
            raise NotPackable(f"it pools in a way that is not known ({cause})") from cause
        self._layers = tuple(layers)

    def __call__(self, states: Tensor, row: Row) -> Tensor:
        """Pool the row's `states`, (tokens, hidden); float32 (texts, dimensions) in the row's order."""
        states = states.float()
        pooled = [pool(states, row) for pool in self._poolings]
        vectors = pooled[0] if len(pooled) == 1 else torch.cat(pooled, dim=-1)
        for layer in self._layers:
            vectors = layer(vectors)
        return vectors


def head_of(layout: Layout, device: torch.device) -> Head:
    """Build what `layout` names after its transformer, on `device`.

    Raises:
        NotPackable: it has a module that is only known to sentence-transformers.

    """
    return Head(layout.pooling, [_layer(module, device) for module in layout.modules[1:]])


def _layer(module: Module, device: torch.device) -> Layer:
    weights = {name: tensor.to(device, torch.float32) for name, tensor in read_weights(module.folder).items()}
    if module.kind == "Dense":
        return _dense(module.settings, weights)
    if module.kind == "LayerNorm":
        weight, bias = weights["norm.weight"], weights["norm.bias"]
        return lambda vectors: functional.layer_norm(vectors, weight.shape, weight, bias)
    raise NotPackable(f"it has a {module.kind} module")


def _dense(settings: Mapping[str, Any], weights: Mapping[str, Tensor]) -> Layer:
    place = settings.get("module_input_name", "sentence_embedding")
    if place != "sentence_embedding" or settings.get("module_output_name") not in {None, place}:
        raise NotPackable("it has a Dense module on something else than the pooled vector")
    named = str(settings.get("activation_function", "Tanh")).rpartition(".")[2]
    if named not in _ACTIVATIONS or settings.get("use_residual"):
        raise NotPackable("it has a Dense module of an unusual kind")
    activation, weight, bias = _ACTIVATIONS[named], weights["linear.weight"], weights.get("linear.bias")
    return lambda vectors: activation(functional.linear(vectors, weight, bias))
