"""The forward pass as sentence-transformers has it: padded batches through the model's own modules. Right for every model."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vectrayd.runtime.batches import batches


class PlainForward:
    """A model's modules, run batch by batch. May be called by several threads."""

    def __init__(self, modules: Sequence[nn.Module]) -> None:
        self._modules = tuple(modules)

    def __call__(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Run texts of token ids; float32 (n, dimensions), in their order, not yet normalised."""
        parts = batches([len(text) for text in ids])
        vectors = np.concatenate(
            [self._run([ids[position] for position in part], "sentence_embedding") for part in parts]
        )
        result = np.empty_like(vectors)
        result[[position for part in parts for position in part]] = vectors
        return result

    def states(self, ids: Sequence[Sequence[int]]) -> list[NDArray[np.float32]]:
        """Run texts of token ids; the last hidden states of each before pooling, float32 (tokens, hidden), in their order."""
        found: dict[int, NDArray[np.float32]] = {}
        for part in batches([len(text) for text in ids]):
            padded = self._run([ids[position] for position in part], "token_embeddings")
            found |= {position: row[: len(ids[position])] for position, row in zip(part, padded, strict=True)}
        return [found[position] for position in range(len(ids))]

    def pooled(self, states: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
        """Return what `__call__` would, of texts whose `states` are known."""
        vectors = []
        for text in states:
            features = {
                "token_embeddings": torch.from_numpy(text[None]),
                "attention_mask": torch.ones((1, len(text)), dtype=torch.long),
            }
            vectors.append(_applied(self._modules[1:], features)["sentence_embedding"].float().numpy())
        return np.concatenate(vectors)

    def _run(self, ids: Sequence[Sequence[int]], wanted: str) -> NDArray[np.float32]:
        longest = max(map(len, ids))
        input_ids = torch.zeros((len(ids), longest), dtype=torch.long)
        mask = torch.zeros((len(ids), longest), dtype=torch.long)
        for row, text in enumerate(ids):
            input_ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        modules = self._modules if wanted == "sentence_embedding" else self._modules[:1]
        features = _applied(modules, {"input_ids": input_ids, "attention_mask": mask})
        return features[wanted].float().numpy()


def _applied(modules: Sequence[nn.Module], features: dict[str, Tensor]) -> dict[str, Tensor]:
    with torch.inference_mode():
        for module in modules:
            features = module(features)
    return features
