import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytestmark = pytest.mark.slow


def test_texts_are_embedded_as_questions_and_as_passages(notes: Path) -> None:
    """Unit vectors, one for each text, the same from both kinds of methods; an in-memory store of LangChain finds by them."""
    from langchain_core.vectorstores import InMemoryVectorStore  # noqa: PLC0415 - takes a second, in slow tests only

    from vectray_client.adapters.langchain import VectrayEmbeddings  # noqa: PLC0415 - as above

    assert notes.is_dir()
    embeddings = VectrayEmbeddings()
    vectors = np.array(embeddings.embed_documents(["tides", "tomatoes"]))
    assert vectors.shape == (2, 8)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert embeddings.embed_documents([]) == []
    again = pickle.loads(pickle.dumps(embeddings))  # noqa: S301 - made a moment ago
    assert again.embed_query("tides") == embeddings.embed_query("tides")
    store = InMemoryVectorStore(embeddings)
    store.add_texts(["tides", "tomatoes"])
    (found,) = store.similarity_search_by_vector(vectors[1].tolist(), k=1)
    assert found.page_content == "tomatoes"


async def test_both_kinds_of_methods_answer_the_same(notes: Path) -> None:
    """Embeddings and retriever, called and awaited."""
    from vectray_client.adapters.langchain import VectrayEmbeddings, VectrayRetriever  # noqa: PLC0415 - as above

    embeddings, retriever = VectrayEmbeddings(), VectrayRetriever(options={"folders": [str(notes)]})
    assert await embeddings.aembed_query("tides") == embeddings.embed_query("tides")
    assert await embeddings.aembed_documents(["a", "b"]) == embeddings.embed_documents(["a", "b"])
    assert await retriever.ainvoke("tides") == retriever.invoke("tides")


def test_passages_are_retrieved_with_their_places(notes: Path) -> None:
    """The metadata tells where each stands and how it was found; options narrow the search."""
    from vectray_client.adapters.langchain import VectrayRetriever  # noqa: PLC0415 - as above

    retriever = VectrayRetriever(options={"types": ["markdown"], "more_passages": 3})
    documents = retriever.invoke("moon tides")
    assert {document.metadata["path"] for document in documents} == {str(notes / "潮汐.md")}
    best = documents[0]
    assert "The moon makes the tides rise." in best.page_content
    assert best.metadata["keyword_score"] > 0
    assert best.metadata["line"] > 0
    assert "page" not in best.metadata
    assert best.id == f"{notes}/潮汐.md#{best.metadata['start']}-{best.metadata['end']}"
    again = pickle.loads(pickle.dumps(retriever))  # noqa: S301 - as above
    assert again.invoke("moon tides") == documents
    with pytest.raises(ValueError, match="no option 'tpo'"):
        VectrayRetriever(options={"tpo": 3})


@pytest.mark.parametrize(
    ("module", "package", "extra"),
    [("langchain", "langchain_core", "langchain"), ("llama_index", "llama_index", "llama-index")],
)
def test_what_is_missing_is_named(module: str, package: str, extra: str) -> None:
    """Without the framework, the import fails with one sentence that says what to install."""
    script = f"""import sys
sys.modules[{package!r}] = None
try:
    import vectray_client.adapters.{module}
except ImportError as error:
    print(error)"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert done.stdout.strip().endswith(f"is not installed here: pip install 'vectray[{extra}]'.")
