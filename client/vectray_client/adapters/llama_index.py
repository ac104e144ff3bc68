"""For LlamaIndex: the daemon's models as an embedding, the index as a retriever.

from vectray_client.adapters.llama_index import VectrayEmbedding, VectrayRetriever

Settings.embed_model = VectrayEmbedding(model_name="multilingual-e5-small")
nodes = VectrayRetriever(top=5, types=["pdf"]).retrieve("how tides come about")
"""

import asyncio
from functools import partial
from typing import Any, Unpack

from vectray_client.adapters.facts import facts, passage_id, passages
from vectray_client.adapters.kept import Kept
from vectray_client.sdk.agent import Agent, index
from vectray_client.sdk.client import Daemon, connect
from vectray_client.sdk.index_requests import SearchWords, check_words

try:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from llama_index.core.bridge.pydantic import Field, PrivateAttr
    from llama_index.core.retrievers import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
except ImportError:
    raise ImportError("LlamaIndex is not installed here: pip install 'vectray[llama-index]'.") from None


class VectrayEmbedding(BaseEmbedding):
    """Vectors of unit length by a model of the local daemon, which is started when it is first needed.

    Every method raises what `Daemon.encode` does.
    """

    model_name: str = Field(
        default="", description="A name of the daemon's catalogue; empty for its default."
    )
    address: str = Field(default="", description="Of a daemon elsewhere; empty for this user's.")
    _daemon: Kept[Daemon] = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401 - pydantic's
        """Connect nowhere yet."""
        super().model_post_init(context)
        self._daemon = Kept(partial(connect, self.address or None))

    @classmethod
    def class_name(cls) -> str:
        """Return the name under which it is saved."""
        return "VectrayEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        (vector,) = self._embedded([query], "query")
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _get_text_embedding(self, text: str) -> list[float]:
        (vector,) = self._embedded([text], "document")
        return vector

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return self._embedded(texts, "document")

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)

    def _embedded(self, texts: list[str], task: str) -> list[list[float]]:
        model = self.model_name or None
        vectors = self._daemon.ask(lambda daemon: daemon.encode(texts, model=model, task=task))
        return [[float(number) for number in vector] for vector in vectors]


class VectrayRetriever(BaseRetriever):
    """Passages of the person's own documents, best first, from the local agent, which is started when it is first needed.

    A node's metadata is that of the LangChain retriever. Raises what `Agent.search` does.
    """

    def __init__(self, **options: Unpack[SearchWords]) -> None:
        """`options` are those of `Agent.search`."""
        check_words(options)
        super().__init__()
        self._options = options
        self._agent: Kept[Agent] = Kept(index)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._agent.ask(lambda agent: agent.search(query_bundle.query_str, **self._options))
        return [
            NodeWithScore(
                node=TextNode(
                    id_=passage_id(hit, passage), text=passage.chunk.text, metadata=facts(hit, passage)
                ),
                score=hit.score,
            )
            for hit, passage in passages(found)
        ]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)
