"""Documents and vectors to fill an index with. Vectors are made of the text's hash: equal texts, equal vectors."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vectray_client.domain import Chunk, Document, FileState, FileType, Refusal, Verdict
from vectray_client.store.keywords import match_expression
from vectray_client.store.reading import Reader
from vectray_client.store.records import EVERYTHING, Filter, Model
from vectray_client.store.store import Store

DIMENSIONS = 8
MODEL = Model(name="small", fingerprint="fingerprint of small", dimensions=DIMENSIONS)
OTHER_MODEL = Model(name="large", fingerprint="fingerprint of large", dimensions=DIMENSIONS)
STATE = FileState(10, 20, 30, 40)
DAMAGED = Refusal(verdict=Verdict.FAILED, reason="It is damaged.")
EMPTY = Refusal(verdict=Verdict.SKIPPED, reason="It is empty.")


def vector_of(text: str) -> NDArray[np.float32]:
    """A vector of unit length."""
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    vector = np.random.default_rng(seed).standard_normal(DIMENSIONS).astype(np.float32)
    return vector / np.float32(np.linalg.norm(vector))


def document(*texts: str, file_type: FileType = FileType.TEXT) -> Document:
    """A document of these passages, all under one heading."""
    chunks = tuple(
        Chunk(text=text, start=100 * ordinal, end=100 * ordinal + len(text), heading="Top", line=ordinal + 1)
        for ordinal, text in enumerate(texts)
    )
    content = "\0".join((file_type, *texts))
    return Document(
        file_type=file_type,
        sha256=hashlib.sha256(content.encode()).hexdigest(),
        title="A title",
        chunks=chunks,
    )


def put(
    store: Store, path: str, content: Document, *, state: FileState = STATE, settled: bool = True
) -> None:
    """Stores a document, and then its vectors, as after a first embedding."""
    store.store_document(path, state, settled=settled, document=content)
    store.put_vectors({passage.chunk_id: vector_of(passage.text) for passage in store.waiting_of(path)})


def index_path(directory: Path) -> Path:
    """Where a test keeps its index: in a directory that is still to be made."""
    return directory / "data" / "index.sqlite"


def found_texts(reader: Reader, query: str, filter_: Filter = EVERYTHING) -> list[str]:
    """The passages that a query finds by keywords, best first."""
    expression = match_expression(query)
    assert expression is not None
    hits = reader.keyword_search(expression, 50, filter_)
    passages = reader.passages([chunk_id for chunk_id, _ in hits])
    return [passage.chunk.text for chunk_id, _ in hits for passage in passages[chunk_id]]


def is_left_out(reader: Reader, path: str) -> bool:
    """Whether it is, by its own name."""
    rule = reader.left_out()
    return rule is not None and rule(path)
