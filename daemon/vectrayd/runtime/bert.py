"""BERT and those that kept its shape (RoBERTa, XLM-R, CamemBERT), written out for rows.

Two thirds of the catalogue have this shape. transformers could run them just as well (`vectrayd.runtime.registered`), but importing it
takes longer than importing torch, and what a general model does around each multiplication costs a sixth of a small slice. Devlin et al.,
BERT, 2019 (arXiv:1810.04805); Liu et al., RoBERTa, 2019 (arXiv:1907.11692) for the positions that begin after the padding's.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from vectrayd.runtime.attention import Sight, attend, attention_type
from vectrayd.runtime.layout import Layout, NotPackable
from vectrayd.runtime.prepacked import Linear, linear_of
from vectrayd.runtime.row import Row

OFFSET_POSITIONS = frozenset({"camembert", "roberta", "xlm-roberta", "xlm-roberta-xl"})
"""Architectures whose first position comes after the padding's."""
_ROBERTAS_PADDING = 1
"""Where a configuration leaves it out, as transformers has it."""
_KNOWN = frozenset({"bert", "camembert", "roberta", "xlm-roberta"})


def first_position(architecture: Mapping[str, Any]) -> int:
    """Return the position of a text's first token."""
    if architecture["model_type"] not in OFFSET_POSITIONS:
        return 0
    return int(architecture.get("pad_token_id", _ROBERTAS_PADDING)) + 1


class Bert:
    """The encoder, last hidden states out. May be called by several threads."""

    def __init__(
        self, layout: Layout, weights: Mapping[str, Tensor], dtype: torch.dtype, device: torch.device
    ) -> None:
        """Take over `weights` of the model of `layout`, to compute in `dtype` on `device`.

        On the processor the table of words stays a part of its file: of a quarter of a million rows, few are ever read.

        Raises:
            NotPackable: it is no BERT after all.

        """
        _refuse_others(layout)
        settings, tensors = layout.architecture, _Tensors(weights, device)
        epsilon = float(settings.get("layer_norm_eps", 1e-12))
        self._words = tensors["embeddings.word_embeddings.weight"]
        sides = tensors["embeddings.token_type_embeddings.weight"].float()
        self._sides = sides - sides[0]  # the first one's is among the positions'
        positions = tensors["embeddings.position_embeddings.weight"].float() + sides[0]
        self._positions = positions[first_position(settings) :]
        self._norm = _Norm(tensors, "embeddings.LayerNorm", epsilon, torch.float32)
        heads = int(settings["num_attention_heads"])
        count = int(settings["num_hidden_layers"])
        self._dtype = dtype
        self._layers = [_Layer(tensors, f"encoder.layer.{n}", heads, epsilon, dtype) for n in range(count)]

    def __call__(self, row: Row) -> Tensor:
        """Return the last hidden states, (tokens, hidden)."""
        words = functional.embedding(row.ids, self._words).float()
        if row.sides is not None:
            words = words + functional.embedding(row.sides, self._sides)
        hidden = self._norm(words + functional.embedding(row.places, self._positions)).to(self._dtype)
        for layer in self._layers:
            hidden = layer(hidden, row)
        return hidden


class _Layer:
    """Attention, then two linear layers, each with what came in added and normalised."""

    def __init__(
        self, tensors: "_Tensors", name: str, heads: int, epsilon: float, dtype: torch.dtype
    ) -> None:
        self._heads = heads
        self._dtype = dtype
        self._attention_dtype = attention_type(dtype, tensors.device)
        self._into_heads = _linear(tensors, [f"{name}.attention.self.{of}" for of in _QUERY_KEY_VALUE], dtype)
        self._out_of_heads = _linear(tensors, [f"{name}.attention.output.dense"], dtype)
        self._attention_norm = _Norm(tensors, f"{name}.attention.output.LayerNorm", epsilon, dtype)
        self._up = _linear(tensors, [f"{name}.intermediate.dense"], dtype, activation="gelu")
        self._down = _linear(tensors, [f"{name}.output.dense"], dtype)
        self._norm = _Norm(tensors, f"{name}.output.LayerNorm", epsilon, dtype)

    def __call__(self, hidden: Tensor, row: Row) -> Tensor:
        states = self._into_heads(hidden).to(self._attention_dtype)
        query, key, value = states.view(len(hidden), 3, self._heads, -1).unbind(1)
        attended = attend(query, key, value, row, _EVERYTHING).flatten(1).to(self._dtype)
        hidden = self._attention_norm(self._out_of_heads(attended).add_(hidden))
        return self._norm(self._down(self._up(hidden)).add_(hidden))


_QUERY_KEY_VALUE = ("query", "key", "value")
_EVERYTHING = Sight()


class _Norm:
    """Layer normalisation."""

    def __init__(self, tensors: "_Tensors", name: str, epsilon: float, dtype: torch.dtype) -> None:
        self._weight = tensors[f"{name}.weight"].to(dtype)
        self._bias = tensors[f"{name}.bias"].to(dtype)
        self._epsilon = epsilon

    def __call__(self, hidden: Tensor) -> Tensor:
        return functional.layer_norm(hidden, self._weight.shape, self._weight, self._bias, self._epsilon)


class _Tensors:
    """Weights by the names that BERT gave them, however the file spells them."""

    def __init__(self, weights: Mapping[str, Tensor], device: torch.device) -> None:
        word = "embeddings.word_embeddings.weight"
        prefixes = [name.removesuffix(word) for name in weights if name.endswith(word)]
        if len(prefixes) != 1:
            raise NotPackable("its weights do not have BERT's names")
        self._weights = weights
        self.device = device
        self._prefix = prefixes[0]

    def __getitem__(self, name: str) -> Tensor:
        # TensorFlow's names for a layer norm's weights, still found in old files.
        old = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        for spelling in (self._prefix + name, self._prefix + old):
            if spelling in self._weights:
                return self._weights[spelling].to(self.device)
        raise NotPackable("its weights do not have BERT's names")


def _linear(tensors: _Tensors, names: list[str], dtype: torch.dtype, *, activation: str = "none") -> Linear:
    """One linear layer of several on the same inputs: one multiplication instead of three."""
    weight = torch.cat([tensors[f"{name}.weight"].to(dtype) for name in names])
    bias = torch.cat([tensors[f"{name}.bias"].to(dtype) for name in names])
    return linear_of(weight, bias, activation=activation)


def _refuse_others(layout: Layout) -> None:
    settings = layout.architecture
    if layout.model_type not in _KNOWN:
        raise NotPackable(f"it is no BERT but a {layout.model_type}")
    if settings.get("hidden_act", "gelu") != "gelu" or settings.get("is_decoder"):
        raise NotPackable("it is a BERT of an unusual kind")
    if settings.get("position_embedding_type", "absolute") != "absolute":
        raise NotPackable("its positions are relative")
