"""A large index of lifelike words: the sentences of judged collections, dealt out anew to as many passages as are wanted."""

import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from vectray_client.domain import Chunk, Document, FileState, FileType
from vectray_client.store.records import Model
from vectray_client.store.store import open_store

MODEL = Model(name="none", fingerprint="none", dimensions=8)
FOLDER = "/home/somebody/documents"
PASSAGE_CHARACTERS = 1_000
"""Latin ones; a Han character counts for three, as it does in a model's tokens."""
PASSAGES_PER_FILE = 10
FILES_PER_COMMIT = 100


def sentences(collection: Path) -> list[str]:
    """Every sentence of a collection's documents."""
    texts = (path.read_text("utf-8") for path in sorted((collection / "docs").iterdir()))
    return [part for text in texts for part in re.findall(r"[^。！？.!?]+[。！？.!?]\s*", text)]


def questions(collection: Path) -> list[str]:
    """Every question of a collection."""
    lines = (collection / "queries.jsonl").read_text("utf-8").splitlines()
    return [str(json.loads(line)["text"]) for line in lines]


def passages(parts: Sequence[str], *, seed: int) -> Iterator[str]:
    """Passages without end, each of sentences from anywhere."""
    chance = random.Random(seed)
    while True:
        text = ""
        while len(text.encode()) < PASSAGE_CHARACTERS:
            text += chance.choice(parts)
        yield text


def fill(index: Path, collections: Sequence[Path], count: int) -> None:
    """Make an index of so many passages, the collections taking turns by file; vectors it has none."""
    sources = [passages(sentences(folder), seed=seed) for seed, folder in enumerate(collections)]
    files = count // PASSAGES_PER_FILE
    with open_store(index) as store:
        store.set_model(MODEL)
        store.add_folder(FOLDER)
        for first in range(0, files, FILES_PER_COMMIT):
            with store.transaction():
                for number in range(first, min(first + FILES_PER_COMMIT, files)):
                    source = sources[number % len(sources)]
                    document = _document([next(source) for _ in range(PASSAGES_PER_FILE)])
                    state = FileState(1_000, 1_700_000_000_000_000_000 + number, 1, number)
                    store.store_document(
                        f"{FOLDER}/file {number}.txt", state, settled=True, document=document
                    )


def _document(texts: Sequence[str]) -> Document:
    chunks = tuple(
        Chunk(text=text, start=1_000 * place, end=1_000 * place + len(text), line=place + 1)
        for place, text in enumerate(texts)
    )
    sha256 = hashlib.sha256("\0".join(texts).encode()).hexdigest()
    return Document(file_type=FileType.TEXT, sha256=sha256, title="", chunks=chunks)
