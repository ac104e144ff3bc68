"""One loaded model: texts and options in, embeddings out.

Safe to call from several threads: tokenizing and the forward pass only read.
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vectrayd.domain.embedding import Embedding, Outcome
from vectrayd.domain.errors import InvalidOption, TextTooLong, VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.options import EncodeOptions, Overlong, Prompt
from vectrayd.runtime.batches import batches
from vectrayd.runtime.output import Packed, pack
from vectrayd.runtime.tokenization import TokenizedText, WindowTokenizer


class Encoder:
    """A sentence-transformers model, run batch by batch."""

    def __init__(
        self,
        modules: Sequence[nn.Module],
        *,
        tokenizer: WindowTokenizer,
        facts: ModelFacts,
        default_prompt: str,
    ) -> None:
        self._modules = tuple(modules)
        self._tokenizer = tokenizer
        self._default_prompt = default_prompt
        self.facts = facts

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return one outcome for each text, in order.

        Raises:
            InvalidOption: the options ask for a prompt or for dimensions that the model does not have.

        """
        self.facts.dimensions_for(options)
        prompt = self._prompt(options.prompt)
        tokenized = self._tokenizer.tokenize([prompt + text for text in texts])
        outcomes: dict[int, Outcome] = {}
        for position, text in enumerate(tokenized):
            if text.truncated and options.overlong is Overlong.ERROR:
                limit = self.facts.max_tokens
                outcomes[position] = TextTooLong(
                    f"The text has {text.tokens_total} tokens, the model takes {limit}."
                )
        todo = [position for position in range(len(texts)) if position not in outcomes]
        for batch in batches([len(tokenized[position].ids) for position in todo]):
            positions = [todo[i] for i in batch]
            members = [tokenized[position] for position in positions]
            packed = pack(self._forward([text.ids for text in members]), options)
            outcomes.update(zip(positions, map(_embedding, packed, members), strict=True))
        return [outcomes[position] for position in range(len(texts))]

    def _prompt(self, prompt: Prompt | None) -> str:
        if prompt is None:
            return self._default_prompt
        if prompt.required and prompt.name not in self.facts.prompts:
            known = ", ".join(sorted(self.facts.prompts)) or "none"
            raise InvalidOption(f"The model has no prompt of that name; it has: {known}.")
        return self.facts.prompts.get(prompt.name, "")

    def _forward(self, ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """Run one padded batch of token ids; float32 (n, dimensions), not yet normalised."""
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


def _embedding(packed: Packed | VectrayError, text: TokenizedText) -> Outcome:
    if isinstance(packed, VectrayError):
        return packed
    return Embedding(
        vector=packed.data, scale=packed.scale, tokens_used=len(text.ids), tokens_total=text.tokens_total
    )
