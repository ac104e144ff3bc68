"""From the states of a row's tokens to one vector a text, or one score a pair, as the model's own configuration says. In float32: half precision would cost the
vector's last digits.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from vectrayd.domain.kinds import ModelKind
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


_OF_ROBERTA = ("classifier.dense", "classifier.out_proj")
_CLASSIFIERS = {
    "bert": ("bert.pooler.dense", "classifier"),
    "camembert": _OF_ROBERTA,
    "roberta": _OF_ROBERTA,
    "xlm-roberta": _OF_ROBERTA,
}
"""Names of the inner and the outer layer, by architecture; tanh stands between them. Devlin et al., BERT, 2019 (arXiv:1810.04805), section
4.1, and transformers' models, which others' weights are named for."""


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
        NotPackable: it has a module that is only known to sentence-transformers, or scores in a way that is only known to transformers.

    """
    if layout.kind is ModelKind.RERANKER:
        return Head(layout.pooling, _classifier(layout, device))
    return Head(layout.pooling, [_layer(module, device) for module in layout.modules[1:]])


def _classifier(layout: Layout, device: torch.device) -> list[Layer]:
    """The two layers that make a score of the first token's state."""
    if layout.model_type not in _CLASSIFIERS:
        raise NotPackable(f"it scores as a {layout.model_type} does")
    weights = _weights(layout.transformer, device)
    (inner, inner_bias), (outer, outer_bias) = (
        (weights[f"{name}.weight"], weights[f"{name}.bias"]) for name in _CLASSIFIERS[layout.model_type]
    )
    return [
        lambda states: torch.tanh(functional.linear(states, inner, inner_bias)),
        lambda states: functional.linear(states, outer, outer_bias),
    ]


def _layer(module: Module, device: torch.device) -> Layer:
    weights = _weights(module.folder, device)
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


def _weights(folder: Path, device: torch.device) -> Mapping[str, Tensor]:
    return {name: tensor.to(device, torch.float32) for name, tensor in read_weights(folder).items()}
