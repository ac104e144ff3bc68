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
        vectors = np.concatenate([self._run([ids[position] for position in part]) for part in parts])
        result = np.empty_like(vectors)
        result[[position for part in parts for position in part]] = vectors
        return result

    def _run(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        longest = max(map(len, ids))
        input_ids = torch.zeros((len(ids), longest), dtype=torch.long)
        mask = torch.zeros((len(ids), longest), dtype=torch.long)
        for row, text in enumerate(ids):
            input_ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        features: dict[str, Tensor] = {"input_ids": input_ids, "attention_mask": mask}
        with torch.inference_mode():
            for module in self._modules:
                features = module(features)
        return features["sentence_embedding"].float().numpy()
