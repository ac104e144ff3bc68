"""As many vectors as wanted, lying as those of real texts do: near each other, in clusters of clusters, with real questions beside them.

Seeds are sentences of judged collections, embedded by the running daemon. Each further vector lies between a seed and one of its 24
nearest, moved by a difference of two others of these: so neighbourhoods keep their shapes, and get denser as they do when more is
written about the same things. Without collections the seeds are normally distributed around topics, in a narrow cone.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import vectray_client

Floats = NDArray[np.float32]
_SEEDS = 9000
_QUESTIONS = 250
_NEAR = 24
_PORTION = 50_000
_CHARACTERS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifelike:
    """Unit vectors, float32 (n, dimensions)."""

    seeds: Floats
    questions: Floats

    def vectors(self, count: int) -> NDArray[np.float16]:
        """Return as many, the same at each call, float16 as they are stored."""
        chance = np.random.default_rng(5)
        near = np.argsort(-(self.seeds @ self.seeds.T), axis=1)[:, 1 : _NEAR + 1]
        made = np.empty((count, self.seeds.shape[1]), np.float16)
        for start in range(0, count, _PORTION):
            part = made[start : start + _PORTION]
            first = chance.integers(0, len(self.seeds), len(part))
            other, one, two = (
                self.seeds[near[first, chance.integers(0, _NEAR, len(part))]] for _ in range(3)
            )
            share, move = (chance.random((len(part), 1), dtype=np.float32) for _ in range(2))
            part[:] = unit(self.seeds[first] + 0.6 * share * (other - self.seeds[first]) + move * (one - two))
        return made


def unit(rows: Floats) -> Floats:
    """Return the rows with length 1."""
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def lifelike(collections: Sequence[Path], folder: Path, *, model: str) -> Lifelike:
    """Return vectors like those of the collections' documents, and their questions'; embedded once, then kept in `folder`."""
    if not collections:
        return _made_up()
    kept = folder / "seeds.npz"
    if not kept.exists():
        with vectray_client.connect(lane="bulk") as daemon:
            texts = [text for collection in collections for text in pieces(collection)]
            np.random.default_rng(1).shuffle(texts)
            seeds = daemon.encode(texts[:_SEEDS], model=model, task="document")
            asked = [text for collection in collections for text in questions(collection)]
            np.savez(kept, seeds=seeds, questions=daemon.encode(asked, model=model, task="query"))
    with np.load(kept) as found:
        return Lifelike(seeds=found["seeds"], questions=found["questions"])


def _made_up() -> Lifelike:
    chance = np.random.default_rng(2)
    topics = chance.standard_normal((300, 384)).astype(np.float32)
    around = topics[chance.integers(0, 300, _SEEDS)] + 2
    seeds = unit(around + chance.standard_normal((_SEEDS, 384)).astype(np.float32))
    moved = seeds[: 2 * _QUESTIONS : 2] + chance.standard_normal((_QUESTIONS, 384)).astype(np.float32) / 50
    return Lifelike(seeds=seeds, questions=unit(moved))


def pieces(collection: Path) -> list[str]:
    """Return a collection's sentences, short ones joined."""
    pieces = []
    for file in sorted((collection / "docs").glob("*.md")):
        piece = ""
        for sentence in re.split(r"(?<=[。！？.!?])\s*", file.read_text("utf-8")):
            if piece and len(piece) + len(sentence) > _CHARACTERS:
                pieces.append(piece)
                piece = ""
            piece += f"{sentence} "
        pieces.append(piece)
    return [piece for piece in pieces if piece.strip()]


def questions(collection: Path) -> list[str]:
    """Return a collection's first questions."""
    lines = (collection / "queries.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines[:_QUESTIONS]]
