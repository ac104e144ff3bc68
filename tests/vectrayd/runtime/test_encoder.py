from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tests.fakes import FACTS
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from vectrayd.domain.embedding import Embedding
from vectrayd.domain.errors import InvalidOption, InvalidText, NonFinite, TextTooLong
from vectrayd.domain.options import ElementType, EncodeOptions, OutputKind, Overlong
from vectrayd.runtime import encoder as encoder_module
from vectrayd.runtime.encoder import Encoder
from vectrayd.runtime.heads import NO_HEADS, Heads, Linear
from vectrayd.runtime.tokenization import WindowTokenizer

Floats = NDArray[np.float32]
HIDDEN, COLUMNS, WINDOW = 6, 4, 10
WORDS = ["<s>", "</s>", "<unk>", *"abcdefghij"]
RANDOM = np.random.default_rng(3)
TABLE = RANDOM.normal(size=(len(WORDS), HIDDEN)).astype(np.float32)
HEADS = Heads(
    sparse=Linear(RANDOM.normal(size=(1, HIDDEN)).astype(np.float32), np.full(1, 0.3, np.float32)),
    multi_vector=Linear(
        RANDOM.normal(size=(COLUMNS, HIDDEN)).astype(np.float32), np.zeros(COLUMNS, np.float32)
    ),
)
ALL = frozenset(OutputKind)
EXACT = partial(EncodeOptions, normalize=False)
TEXTS = st.lists(st.sampled_from(WORDS[3:]), max_size=60).map(" ".join)


class TableForward:
    """A model whose state of a token is the token's row in a table, and whose vector is their mean. Notes what it is asked."""

    def __init__(self, table: Floats = TABLE) -> None:
        self.table = table
        self.asked: list[str] = []
        self.most_tokens = 0

    def __call__(self, ids: Sequence[Sequence[int]]) -> Floats:
        self.asked.append("vectors")
        return self._means([self.table[list(text)] for text in self._seen(ids)])

    def states(self, ids: Sequence[Sequence[int]]) -> list[Floats]:
        self.asked.append("states")
        return [self.table[list(text)] for text in self._seen(ids)]

    def pooled(self, states: Sequence[Floats]) -> Floats:
        self.asked.append("pooled")
        return self._means(states)

    @staticmethod
    def _means(states: Sequence[Floats]) -> Floats:
        return np.stack([text.mean(axis=0) for text in states])

    def _seen(self, ids: Sequence[Sequence[int]]) -> Sequence[Sequence[int]]:
        self.most_tokens = max(self.most_tokens, sum(map(len, ids)))
        assert all(len(text) <= WINDOW for text in ids)
        return ids


def made(
    forward: TableForward, heads: Heads = HEADS, default_prompt: str = "", template: str = "<s> $A </s>"
) -> Encoder:
    """An encoder of a few words."""
    tokenizer = Tokenizer(models.WordLevel({word: n for n, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single=template, special_tokens=[("<s>", 0), ("</s>", 1)]
    )
    tokenizer.add_special_tokens(WORDS[:3])
    return Encoder(
        forward,
        tokenizer=WindowTokenizer(tokenizer, max_tokens=WINDOW),
        facts=replace(FACTS, dimensions=HIDDEN, max_tokens=WINDOW, outputs=heads.outputs),
        default_prompt=default_prompt,
        heads=heads,
    )


def ids_of(text: str) -> list[int]:
    """The whole text's ids."""
    return [0, *(WORDS.index(word) if word in WORDS else 2 for word in text.split()), 1]


def only(encoder: Encoder, text: str, options: EncodeOptions) -> Embedding:
    """The answer to one text that has one."""
    (outcome,) = encoder.encode([text], options)
    assert isinstance(outcome, Embedding)
    return outcome


@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_a_mean_of_windows_weighs_the_texts_own_tokens(texts: list[str]) -> None:
    """CHUNK_MEAN is the mean of the windows' vectors, by their own tokens; nothing counts as cut off."""
    outcomes = made(TableForward()).encode(texts, EXACT(overlong=Overlong.CHUNK_MEAN))
    for text, outcome in zip(texts, outcomes, strict=True):
        assert isinstance(outcome, Embedding)
        own = ids_of(text)[1:-1]
        count = max(1, -(-len(own) // (WINDOW - 2)))
        bounds = [len(own) * part // count for part in range(count + 1)]
        windows = [[0, *own[start:stop], 1] for start, stop in pairwise(bounds)]
        weights = [len(window) - 2 for window in windows] if own else [1]
        expected = np.average([TABLE[window].mean(axis=0) for window in windows], axis=0, weights=weights)
        np.testing.assert_allclose(np.frombuffer(outcome.vector, "<f4"), expected, atol=1e-6)
        assert (outcome.tokens_used, outcome.tokens_total) == (len(own) + 2, len(own) + 2)
        assert not outcome.truncated


@given(TEXTS, st.sampled_from([Overlong.TRUNCATE, Overlong.CHUNK_MEAN]))
def test_every_token_has_one_state_whatever_the_windows(text: str, overlong: Overlong) -> None:
    """Sparse and multi-vector outputs are of the tokens that were read, each once, however many windows repeat the special ones."""
    answer = only(made(TableForward()), text, EXACT(outputs=ALL, overlong=overlong))
    ids = ids_of(text)
    if overlong is Overlong.TRUNCATE and len(ids) > WINDOW:
        ids = [*ids[: WINDOW - 1], 1]
    assert HEADS.sparse is not None
    assert HEADS.multi_vector is not None
    assert answer.multi_vector is not None
    assert answer.sparse is not None
    rows = np.frombuffer(answer.multi_vector.vectors, "<f4").reshape(-1, COLUMNS)
    np.testing.assert_allclose(rows, HEADS.multi_vector(TABLE[ids[1:]]), atol=1e-5)
    assert (answer.multi_vector.rows, answer.multi_vector.columns) == (len(ids) - 1, COLUMNS)
    weights = {n: max(0.0, float(HEADS.sparse(TABLE[[n]])[0, 0])) for n in ids if n > 2}
    expected = sorted((n, weight) for n, weight in weights.items() if weight > 0)
    assert np.frombuffer(answer.sparse.token_ids, "<u4").tolist() == [n for n, _ in expected]
    np.testing.assert_allclose(
        np.frombuffer(answer.sparse.weights, "<f4"), [weight for _, weight in expected], rtol=1e-5
    )


@pytest.mark.parametrize(
    ("outputs", "asked"),
    [
        ({OutputKind.DENSE}, ["vectors"]),
        ({OutputKind.SPARSE}, ["states"]),
        ({OutputKind.MULTI_VECTOR, OutputKind.SPARSE}, ["states"]),
        ({OutputKind.DENSE, OutputKind.SPARSE}, ["states", "pooled"]),
    ],
)
def test_nothing_is_computed_that_nobody_asked_for(outputs: set[OutputKind], asked: list[str]) -> None:
    """The model runs once, pools where a dense vector is wanted, and the answer has what was asked for and no more."""
    forward = TableForward()
    answer = only(made(forward), "a b", EncodeOptions(outputs=frozenset(outputs)))
    assert forward.asked == asked
    given = {
        OutputKind.DENSE: bool(answer.vector),
        OutputKind.SPARSE: answer.sparse is not None,
        OutputKind.MULTI_VECTOR: answer.multi_vector is not None,
    }
    assert {kind for kind, is_given in given.items() if is_given} == outputs


def test_what_the_model_has_not_is_refused() -> None:
    """In one sentence, before the model runs."""
    forward = TableForward()
    with pytest.raises(InvalidOption, match=r"^The model has no sparse output; it has: dense\.$"):
        made(forward, NO_HEADS).encode(["a"], EncodeOptions(outputs=frozenset({OutputKind.SPARSE})))
    assert not forward.asked


@pytest.mark.parametrize("outputs", [{kind} for kind in OutputKind])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nothing_leaves_that_is_not_finite(outputs: set[OutputKind], bad: float) -> None:
    """One bad state spoils its own text and no other, whatever output it would be in; relu does not hide it."""
    table = TABLE.copy()
    table[WORDS.index("a")] = bad
    options = EncodeOptions(outputs=frozenset(outputs))
    spoiled, sound = made(TableForward(table)).encode(["b a", "b c"], options)
    assert isinstance(spoiled, NonFinite)
    assert isinstance(sound, Embedding)


def test_a_bad_window_spoils_its_text() -> None:
    """A mean with a number in it that is none is none."""
    table = TABLE.copy()
    table[WORDS.index("j")] = np.nan
    options = EncodeOptions(overlong=Overlong.CHUNK_MEAN)
    (outcome,) = made(TableForward(table)).encode(["a " * 50 + "j"], options)
    assert isinstance(outcome, NonFinite)


def test_long_texts_are_refused_where_that_is_asked() -> None:
    """Under ERROR a text over the window is answered with its length, its neighbours with their vectors."""
    short, long = made(TableForward()).encode(["a", "a " * 9], EncodeOptions(overlong=Overlong.ERROR))
    assert isinstance(short, Embedding)
    assert isinstance(long, TextTooLong)
    assert str(long) == "The text has 11 tokens, the model takes 10."


def test_the_default_prompt_is_in_every_window() -> None:
    """Windows of a long text are read behind the prompt, and the prompt's tokens weigh nothing."""
    encoder = made(TableForward(), default_prompt="j j ")
    answer = only(encoder, "a " * 9, EXACT(overlong=Overlong.CHUNK_MEAN))
    prompt = [0, WORDS.index("j"), WORDS.index("j")]
    windows = [[*prompt, *[3] * own, 1] for own in (4, 5)]
    expected = np.average([TABLE[window].mean(axis=0) for window in windows], axis=0, weights=[4, 5])
    np.testing.assert_allclose(np.frombuffer(answer.vector, "<f4"), expected, atol=1e-6)
    assert answer.tokens_used == answer.tokens_total == 3 + 9 + 1


def test_the_model_is_given_a_bounded_number_of_tokens_at_once() -> None:
    """The longest text that the daemon takes does not become one enormous forward pass."""
    forward = TableForward()
    options = EncodeOptions(overlong=Overlong.CHUNK_MEAN)
    answer = only(made(forward), "a " * (128 * 1024), options)
    assert answer.tokens_used == 128 * 1024 + 2
    assert forward.most_tokens <= encoder_module.MOST_FORWARD_TOKENS


@pytest.mark.parametrize("element_type", ElementType)
def test_vectors_of_tokens_that_fill_no_message_are_refused(element_type: ElementType) -> None:
    """An answer that nobody could receive is an error of its text, found before the model runs; a smaller type may fit."""
    columns = encoder_module.MOST_MULTI_VECTOR_BYTES // 20
    wide = Linear(np.ones((columns, HIDDEN), np.float32), np.zeros(columns, np.float32))
    forward = TableForward()
    options = EncodeOptions(outputs=frozenset({OutputKind.MULTI_VECTOR}), element_type=element_type)
    (outcome,) = made(forward, Heads(multi_vector=wide)).encode(["a " * 6], options)
    if element_type is ElementType.FLOAT32:
        assert isinstance(outcome, TextTooLong)
        assert not forward.asked
    else:
        assert isinstance(outcome, Embedding)


def test_no_texts_are_no_work() -> None:
    """A slice of nothing, or of refused texts alone, never reaches the model."""
    forward = TableForward()
    assert made(forward).encode([], EncodeOptions()) == []
    made(forward).encode(["a " * 20], EncodeOptions(overlong=Overlong.ERROR))
    assert not forward.asked


def test_a_text_of_no_tokens_has_no_vector() -> None:
    """Where the tokenizer adds none of its own, an empty text is an error, and its neighbours are not."""
    nothing, something = made(TableForward(), template="$A").encode([" ", "a"], EncodeOptions())
    assert isinstance(nothing, InvalidText)
    assert isinstance(something, Embedding)
