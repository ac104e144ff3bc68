"""Every architecture of the catalogue, tiny and with random weights, through the code that loads real models."""

from pathlib import Path

import numpy as np
import pytest
import torch
from tests.vectrayd.runtime.tiny_models import MODELS, MPNET, save

from vectrayd.runtime.building import Finding, load_by, source_of
from vectrayd.runtime.encoder import Encoder
from vectrayd.runtime.loading import load
from vectrayd.runtime.remembered import Remembered
from vectrayd.runtime.ways import PLAIN, Engine, Way

pytestmark = pytest.mark.slow

WORDS = "The tide rises and falls twice a day because the moon pulls on the water."
TEXTS = [(f"{WORDS} " * 9)[:size] for size in (1, 5, 11, 30, 31, 64, 70, 130, 300, 600, 601)]
"""From one word to far beyond every window, no two of one length next to each other when sorted by tokens alone."""
BERTS = {"minilm, m3e, gte-base", "bge", "bge-m3", "multilingual-e5"}


def by(engine: Engine, folder: Path, findings: Path) -> Encoder:
    """The model in `folder`, run one way in single precision."""
    source = source_of(folder, Remembered(findings))
    way = Way(engine=engine, dtype=torch.float32)
    return load_by(Finding(way=way, tokenizer_file=source.tokenizer_file), source)


def lowest_cosine(ours: np.ndarray, theirs: np.ndarray) -> float:
    """Between vectors in the same rows."""
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    return float(((ours * theirs).sum(axis=1) / lengths).min())


@pytest.mark.parametrize("name", MODELS)
def test_packed_and_plain_are_one(name: str, tmp_path: Path) -> None:
    """Packed among others, each text gets the vector that sentence-transformers gives it alone, whatever engine and however long."""
    folder = save(MODELS[name], tmp_path / "model")
    plain = by(PLAIN.engine, folder, tmp_path)
    alone = np.concatenate([plain.raw([text]) for text in TEXTS])
    assert lowest_cosine(alone[1:], alone[:-1]) < 0.99
    for engine in (Engine.BERT, Engine.REGISTERED) if name in BERTS else (Engine.REGISTERED,):
        packed = by(engine, folder, tmp_path)
        together = packed.raw(TEXTS)
        assert together.shape == (len(TEXTS), packed.facts.dimensions)
        assert packed.facts == plain.facts
        assert lowest_cosine(together, alone) >= 0.99999


@pytest.mark.parametrize("name", MODELS)
def test_states_are_those_before_pooling(name: str, tmp_path: Path) -> None:
    """Each token of each text has its state, in the texts' order, the same whichever way."""
    folder = save(MODELS[name], tmp_path / "model")
    ids = [[1, 5, 6, 7, 2], [1, 8, 2], [1, 9, 9, 4, 2], [1, *range(4, 34), 2]]
    plain = by(PLAIN.engine, folder, tmp_path)._forward.states(ids)
    packed = by(Engine.REGISTERED, folder, tmp_path)._forward.states(ids)
    for ours, theirs, text in zip(packed, plain, ids, strict=True):
        assert ours.shape == theirs.shape == (len(text), 32)
        np.testing.assert_allclose(ours, theirs, atol=1e-3)


@pytest.mark.parametrize("name", MODELS)
def test_the_fast_way_is_found(name: str, tmp_path: Path) -> None:
    """Each of them runs packed, and so says the finding."""
    encoder = load(save(MODELS[name], tmp_path / "model"), tmp_path / "findings")
    assert encoder.facts.fallback_reason == ""


def test_relative_positions_run_the_plain_way_and_say_why(tmp_path: Path) -> None:
    """MPNet adds relative positions to its attention, which the packed way would lose."""
    folder = save(MPNET, tmp_path / "model")
    encoder = load(folder, tmp_path / "findings")
    assert "mpnet" in encoder.facts.fallback_reason
    assert load(folder, tmp_path / "findings").facts == encoder.facts
    np.testing.assert_array_equal(encoder.raw(TEXTS), by(PLAIN.engine, folder, tmp_path).raw(TEXTS))
