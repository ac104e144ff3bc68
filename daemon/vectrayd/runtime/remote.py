"""A model that somebody else runs, lent like any other. Texts leave this machine; whoever configured it knows."""

import base64
import logging
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import openai
from numpy.typing import NDArray
from openai.types import CreateEmbeddingResponse

from vectrayd.domain.embedding import Embedding, Outcome, Tokens
from vectrayd.domain.errors import InvalidOption, ModelFailed, ModelUnavailable, Overloaded, VectrayError
from vectrayd.domain.facts import ModelFacts, fingerprint_of
from vectrayd.domain.messages import LoadRemote
from vectrayd.domain.options import DENSE_ONLY, EncodeOptions
from vectrayd.runtime.output import pack
from vectrayd.runtime.refusals import asked_wait, may_pass, meaning
from vectrayd.runtime.requests import requests, shares, wait_before
from vectrayd.runtime.spending import BudgetSpent, Spending

_OPENAI = "https://api.openai.com/v1"
_ATTEMPT_SECONDS = 20.0
_PATIENCE_SECONDS = 45.0
"""For all that is encoded together. The supervisor takes a worker that says nothing for a minute to hang."""
_TALKATIVE = ("openai", "httpx", "httpx2", "httpcore")
"""Libraries that would log requests, and texts with them, if some variable of the environment told them to."""


def lend(order: LoadRemote) -> "RemoteModel":
    """Prepare to lend a provider's model; nothing is sent yet."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    client = openai.OpenAI(
        api_key=order.key,
        base_url=order.base_url or _OPENAI,
        max_retries=0,  # the library's own would wait for minutes
    )
    return RemoteModel(order, client, Spending(Path(order.spending), limit=order.tokens_per_day))


class RemoteModel:
    """A provider's model. Several threads may use it at once."""

    def __init__(
        self,
        order: LoadRemote,
        client: openai.OpenAI,
        spending: Spending,
        patience_seconds: float = _PATIENCE_SECONDS,
    ) -> None:
        self._order = order
        self._client = client
        self._spending = spending
        self._patience_seconds = patience_seconds
        self.facts = _facts(order)

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return one outcome for each text, in order.

        A text's number of tokens is its share of what the provider counted for the request that it was in.

        Raises:
            InvalidOption: the options ask for what the model does not have.

        """
        self.facts.dimensions_for(options)
        self.facts.prompt_for(options)
        if options.outputs != DENSE_ONLY:
            raise InvalidOption(f"{self._order.model} gives dense vectors only.")
        outcomes: list[Outcome] = [InvalidOption(f"{self._order.model} takes no empty text.")] * len(texts)
        filled = [position for position, text in enumerate(texts) if text]
        sizes = [len(texts[position].encode()) for position in filled]
        deadline = time.monotonic() + self._patience_seconds
        for request in requests(sizes, certain=self._order.max_tokens):
            positions = [filled[index] for index in request]
            answers = self._outcomes(
                [texts[position] for position in positions],
                [sizes[index] for index in request],
                options,
                deadline,
            )
            for position, answer in zip(positions, answers, strict=True):
                outcomes[position] = answer
        return outcomes

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Refuse: the provider does not lend its tokenizer.

        Raises:
            InvalidOption: always.

        """
        del texts
        raise InvalidOption(
            f"{self._order.model} is run by {self._order.provider}, which does not lend its tokenizer."
        )

    def _outcomes(
        self, texts: list[str], sizes: list[int], options: EncodeOptions, deadline: float
    ) -> Sequence[Outcome]:
        """Send one request. Whatever happens is told of each text: to raise would be to try, and to pay, again in halves."""
        order = self._order
        try:
            with self._spending.spend(sum(sizes)) as bill:
                answer = self._patiently(texts, options, deadline)
                bill.tokens = answer.usage.total_tokens
            packed = pack(self._vectors(answer, len(texts), options), options)
        except VectrayError as error:
            return [error] * len(texts)
        except BudgetSpent:
            return [self._budget_spent()] * len(texts)
        except Exception as error:  # noqa: BLE001 - as the docstring says
            too_long = sizes[0] > order.max_tokens
            told = meaning(error, provider=order.provider, model=order.model, too_long=too_long)
            return [told] * len(texts)
        return [
            one
            if isinstance(one, VectrayError)
            else Embedding(vector=one.data, scale=one.scale, tokens_used=tokens, tokens_total=tokens)
            for one, tokens in zip(packed, shares(bill.tokens, sizes), strict=True)
        ]

    def _patiently(
        self, texts: list[str], options: EncodeOptions, deadline: float
    ) -> CreateEmbeddingResponse:
        """Send one request, again and again where that may help."""
        attempt = 0
        while (left := deadline - time.monotonic()) > 0:
            attempt += 1
            try:
                return self._client.embeddings.create(
                    model=self._order.model,
                    input=texts,
                    dimensions=self.facts.dimensions_for(options),
                    encoding_format="base64",
                    timeout=min(left, _ATTEMPT_SECONDS),
                )
            except openai.OpenAIError as error:
                left = deadline - time.monotonic()
                wait = wait_before(attempt, asked=asked_wait(error), left=left)
                if wait is None or not may_pass(error):
                    raise
            time.sleep(wait)
        raise Overloaded(f"{self._order.provider} is too slow at the moment.")

    def _vectors(
        self, answer: CreateEmbeddingResponse, count: int, options: EncodeOptions
    ) -> NDArray[np.float32]:
        rows = [_row(item.embedding) for item in sorted(answer.data, key=lambda item: item.index)]
        if len(rows) != count or {len(row) for row in rows} != {self.facts.dimensions_for(options)}:
            raise ModelFailed(f"{self._order.provider} answered with other vectors than were asked for.")
        return np.stack(rows)

    def _budget_spent(self) -> ModelUnavailable:
        return ModelUnavailable(
            f"Today's budget of {self._order.tokens_per_day} tokens for {self._order.model} is used up, or this text"
            " might exceed it; it begins anew at midnight UTC."
        )


def _facts(order: LoadRemote) -> ModelFacts:
    parts = {
        "provider": order.provider,
        "base_url": order.base_url or _OPENAI,
        "model": order.model,
        "dimensions": order.dimensions,
    }
    return ModelFacts(
        fingerprint=fingerprint_of(parts),
        dimensions=order.dimensions,
        max_tokens=order.max_tokens,
        prompts={},
        device=order.provider,
        precision="",
        fallback_reason="",
        tokenizer_file="",
    )


def _row(embedding: object) -> NDArray[np.float32]:
    # Servers that do not know base64 answer with numbers.
    if isinstance(embedding, str):
        return np.frombuffer(base64.b64decode(embedding), "<f4").astype(np.float32)
    return np.asarray(embedding, np.float32)
