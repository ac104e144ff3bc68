import pickle
from pathlib import Path

import numpy as np
import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # of packages that LlamaIndex brings
]


def test_texts_are_embedded_and_the_model_is_saved_with_the_rest(notes: Path) -> None:
    """Unit vectors, in batches too; what LlamaIndex saves of it, or pickles, makes the same model again."""
    from vectray_client.adapters.llama_index import VectrayEmbedding  # noqa: PLC0415 - takes seconds, in slow tests only

    assert notes.is_dir()
    model = VectrayEmbedding(model_name="multilingual-e5-small", embed_batch_size=2)
    vectors = np.array(model.get_text_embedding_batch(["tides", "tomatoes", "sun"]))
    assert vectors.shape == (3, 8)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert model.get_text_embedding("sun") == pytest.approx(vectors[2])
    query = model.get_query_embedding("tides")
    for again in (VectrayEmbedding.from_json(model.to_json()), pickle.loads(pickle.dumps(model))):  # noqa: S301 - made a moment ago
        assert again.model_name == "multilingual-e5-small"
        assert again.get_query_embedding("tides") == query


async def test_both_kinds_of_methods_answer_the_same(notes: Path) -> None:
    """Embedding and retriever, called and awaited."""
    from vectray_client.adapters.llama_index import VectrayEmbedding, VectrayRetriever  # noqa: PLC0415 - as above

    model, retriever = VectrayEmbedding(), VectrayRetriever(folders=[str(notes)])
    assert await model.aget_query_embedding("tides") == model.get_query_embedding("tides")
    assert await model.aget_text_embedding_batch(["a", "b"]) == model.get_text_embedding_batch(["a", "b"])
    assert await model.aget_text_embedding("a") == model.get_text_embedding("a")
    awaited, called = await retriever.aretrieve("tides"), retriever.retrieve("tides")
    assert [(node.node_id, node.score) for node in awaited] == [(node.node_id, node.score) for node in called]


def test_passages_are_retrieved_with_their_places(notes: Path) -> None:
    """The metadata tells where each stands and how it was found; options narrow the search."""
    from vectray_client.adapters.llama_index import VectrayRetriever  # noqa: PLC0415 - as above

    nodes = VectrayRetriever(types=["text"], top=1).retrieve("tomatoes")
    assert [node.metadata["path"] for node in nodes] == [str(notes / "garden.txt")]
    assert nodes[0].text == "Tomatoes need sun and water."
    assert nodes[0].metadata["vector_score"] <= 1.001
    assert nodes[0].score == nodes[0].metadata["score"]
    with pytest.raises(TypeError, match="no option 'tpo'"):
        VectrayRetriever(tpo=3)
