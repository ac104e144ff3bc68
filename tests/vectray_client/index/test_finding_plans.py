import sqlite3
from collections.abc import Callable

import pytest
from tests.vectray_client.index.documents import MODEL, document, put

from vectray_client.index.reading import Reader
from vectray_client.index.records import Filter
from vectray_client.index.store import Store


@pytest.mark.parametrize(
    "ask",
    [
        lambda reader: reader.chunks_of_vectors([1, 2]),
        lambda reader: reader.chunks_of_vectors([1, 2], Filter(folder="/d")),
        lambda reader: reader.passages([1, 2]),
        lambda reader: reader.vector_ids(Filter(folder="/d")),
        lambda reader: reader.vectors_after(1, MODEL.fingerprint, limit=5),
        lambda reader: reader.count_vectors(MODEL.fingerprint, last=5),
        lambda reader: reader.keyword_search('"one"', 5),
    ],
)
def test_no_search_looks_at_everything(store: Store, ask: Callable[[Reader], object]) -> None:
    """However large the index is, only an index of a table leads to what a search wants."""
    put(store, "/d/a", document("one", "two"))
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    ask(store)
    store._connection.set_trace_callback(None)
    steps = [step for statement in statements for step in plan(store._connection, statement)]
    assert any(step.startswith("SEARCH") for step in steps)
    assert not [step for step in steps if step.startswith("SCAN") and "VIRTUAL TABLE" not in step]


def plan(connection: sqlite3.Connection, statement: str) -> list[str]:
    """How SQLite goes about a statement; nothing for what FTS5 does for itself."""
    if statement.startswith("--"):
        return []
    return [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
