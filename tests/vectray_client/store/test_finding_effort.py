from collections.abc import Callable

import pytest
from tests.vectray_client.store.documents import MODEL, document, put

from vectray_client.store.reading import Reader
from vectray_client.store.records import Filter
from vectray_client.store.store import Store


def effort(store: Store, ask: Callable[[Reader], object]) -> int:
    """How many instructions SQLite runs for an answer."""
    count = 0

    def one_more() -> None:
        nonlocal count
        count += 1

    store._connection.set_progress_handler(one_more, 1)
    ask(store)
    store._connection.set_progress_handler(None, 0)
    return count


@pytest.mark.parametrize(
    "ask",
    [
        lambda reader: reader.chunks_of_vectors([1, 2]),
        lambda reader: reader.chunks_of_vectors([1, 2], Filter(folders=("/d/a",))),
        lambda reader: reader.passages([1, 2]),
        lambda reader: reader.vector_ids(Filter(folders=("/d/a",))),
        lambda reader: reader.vectors_after(1, MODEL.fingerprint, limit=2),
        lambda reader: reader.count_vectors(MODEL.fingerprint, last=2),
    ],
)
def test_what_is_not_in_question_costs_a_search_nothing(
    store: Store, ask: Callable[[Reader], object]
) -> None:
    """The effort of a question is that for what it is about, however much else the index holds."""
    put(store, "/d/a/one", document("one", "two", "three"))
    alone = effort(store, ask)
    with store.transaction():
        for number in range(200):
            put(store, f"/d/b/{number}", document(f"other {number}", f"another {number}"))
    assert alone <= effort(store, ask) < 1.2 * alone + 10
