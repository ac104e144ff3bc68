"""For LangChain: the daemon's models as `Embeddings`, the index as a `Retriever`.

    from vectray_client.adapters.langchain import VectrayEmbeddings, VectrayRetriever

    store = InMemoryVectorStore(VectrayEmbeddings(model="multilingual-e5-small"))
    documents = VectrayRetriever(options={"top": 5, "types": ["pdf"]}).invoke("how tides come about")

The asynchronous methods are LangChain's own, which call these in a thread.
"""

from functools import partial
from typing import Any

from vectray_client.adapters.facts import facts, passage_id, passages
from vectray_client.adapters.kept import Kept
from vectray_client.sdk.agent import Agent, index
from vectray_client.sdk.client import Daemon, connect
from vectray_client.sdk.index_requests import check_words

try:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.embeddings import Embeddings
    from langchain_core.retrievers import BaseRetriever
    from pydantic import BaseModel, Field, PrivateAttr, field_validator
except ImportError:
    raise ImportError("LangChain is not installed here: pip install 'vectray[langchain]'.") from None


class VectrayEmbeddings(BaseModel, Embeddings):
    """Vectors of unit length by a model of the local daemon, which is started when it is first needed.

    Every method raises what `Daemon.encode` does.
    """

    model: str | None = None
    """A name of the daemon's catalogue; None for its default."""
    address: str | None = None
    """Of a daemon elsewhere, as `connect` takes it; None for this user's."""
    _daemon: Kept[Daemon] = PrivateAttr()

    def model_post_init(self, _: object, /) -> None:
        """Connect nowhere yet."""
        self._daemon = Kept(partial(connect, self.address))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed passages, for questions to be compared with."""
        return self._embedded(texts, "document")

    def embed_query(self, text: str) -> list[float]:
        """Embed a question."""
        (vector,) = self._embedded([text], "query")
        return vector

    def _embedded(self, texts: list[str], task: str) -> list[list[float]]:
        vectors = self._daemon.ask(lambda daemon: daemon.encode(texts, model=self.model, task=task))
        return [[float(number) for number in vector] for vector in vectors]


class VectrayRetriever(BaseRetriever):
    """Passages of the person's own documents, best first, from the local agent, which is started when it is first needed.

    A document's metadata has path, type, start and end, score, and as far as there are any title, page, line, cell, heading, vector_score,
    keyword_score and rerank_score. Raises what `Agent.search` does.
    """

    options: dict[str, Any] = Field(default_factory=dict)
    """As `SearchWords` has them: top, folders, types, name, more_passages, rerank, freshness_wait_seconds ..."""
    _agent: Kept[Agent] = PrivateAttr(default_factory=lambda: Kept(index))

    @field_validator("options")
    @classmethod
    def _known(cls, options: dict[str, Any]) -> dict[str, Any]:
        try:
            check_words(options)
        except TypeError as error:
            raise ValueError(str(error)) from None
        return options

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain's to give
    ) -> list[Document]:
        found = self._agent.ask(lambda agent: agent.search(query, **self.options))
        return [
            Document(
                id=passage_id(hit, passage), page_content=passage.chunk.text, metadata=facts(hit, passage)
            )
            for hit, passage in passages(found)
        ]
