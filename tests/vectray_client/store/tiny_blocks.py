"""An index whose blocks are so small that a few dozen vectors are laid out as a million are."""

from pathlib import Path

from tests.vectray_client.store.documents import MODEL, vector_of

from vectray_client.store.keys import vector_key
from vectray_client.store.store import Store
from vectray_client.store.vector_index import VectorIndex
from vectray_client.store.vector_layout import Sizes

TEXTS = [f"text {n}" for n in range(40)]
TINY = Sizes(compressed=16, full=64, growth=2)


def loaded(store: Store, cache: Path | None = None, sizes: Sizes = TINY) -> VectorIndex:
    """The vectors in memory."""
    index = VectorIndex.open(store, cache, sizes=sizes)
    index.catch_up(store)
    return index


def add(store: Store, texts: list[str]) -> None:
    """Vectors alone, without passages: what an index in memory sees of a document."""
    store.add_vectors({vector_key(MODEL.fingerprint, text): vector_of(text) for text in texts})


def held(index: VectorIndex) -> list[int]:
    """All ids that a search can find, ascending."""
    return sorted(found for found, _ in index.search(vector_of("any"), 10_000, fingerprint=MODEL.fingerprint))


def found_by_text(index: VectorIndex) -> list[tuple[int, float]]:
    """What is nearest to one text."""
    return index.search(vector_of("other 4"), 5, fingerprint=MODEL.fingerprint)


def stored(store: Store) -> list[int]:
    """All ids of the current model, ascending."""
    return store.vectors_after(0, MODEL.fingerprint)[0].tolist()
