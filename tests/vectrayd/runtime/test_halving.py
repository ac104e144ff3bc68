from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from vectrayd.domain.embedding import Embedding, Outcome
from vectrayd.domain.errors import InvalidOption, ModelFailed
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.halving import Halving


class Fragile:
    """Fails on bad texts, and on more characters than its memory holds; notes how much it was asked for."""

    def __init__(self, memory: int = 1_000_000) -> None:
        self._memory = memory
        self.calls: list[int] = []

    def __call__(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return the text itself as its vector."""
        if options.dimensions:
            raise InvalidOption("There are not so many.")
        self.calls.append(sum(map(len, texts)))
        if self.calls[-1] > self._memory:
            raise MemoryError
        if "bad" in texts:
            raise ValueError("bad")
        return [Embedding(text.encode(), 1, 1) for text in texts]


@given(st.lists(st.sampled_from(["bad", "good", "fine"]), max_size=40))
def test_only_what_fails_alone_fails(texts: list[str]) -> None:
    """Each bad text is answered with an error that does not quote it, each other one with its own vector."""
    outcomes = Halving(Fragile())(texts, EncodeOptions())
    for text, outcome in zip(texts, outcomes, strict=True):
        if text == "bad":
            assert isinstance(outcome, ModelFailed)
            assert "bad" not in str(outcome)
        else:
            assert outcome == Embedding(text.encode(), 1, 1)


def test_what_did_not_fit_is_not_tried_again() -> None:
    """After memory ran out once, as much is never asked for again, and everything is answered."""
    model = Fragile(memory=100)
    halving = Halving(model)
    for _ in range(3):
        outcomes = halving(["x" * 10] * 64, EncodeOptions())
        assert all(isinstance(outcome, Embedding) for outcome in outcomes)
    assert sum(size > 100 for size in model.calls) <= 3


def test_an_error_on_purpose_is_not_looked_into() -> None:
    """What the model refuses as a whole is answered as a whole, without trying halves."""
    outcomes = Halving(Fragile())(["a", "b"], EncodeOptions(dimensions=9))
    assert [type(outcome) for outcome in outcomes] == [InvalidOption, InvalidOption]
