from hypothesis import given
from hypothesis import strategies as st

from vectrayd.domain.columns import columns_of, outcomes_of
from vectrayd.domain.embedding import Embedding, MultiVector, Outcome, Sparse
from vectrayd.domain.errors import TextTooLong, VectrayError

embeddings = st.builds(
    Embedding,
    vector=st.binary(min_size=4, max_size=4),
    tokens_used=st.integers(0, 9),
    tokens_total=st.integers(0, 9),
    scale=st.sampled_from([0.0, 0.5]),
    sparse=st.none() | st.builds(Sparse, st.just(b"abcd"), st.just(b"efgh")),
    multi_vector=st.none() | st.builds(MultiVector, st.just(b"abcd"), st.just(1), st.just(1)),
)
errors: st.SearchStrategy[VectrayError] = st.builds(TextTooLong, st.just("It is long."))


@given(st.lists(embeddings | errors))
def test_columns_are_undone(outcomes: list[Outcome]) -> None:
    """Outcomes that went through columns are the same outcomes in the same order."""
    assert outcomes_of(columns_of(outcomes)) == outcomes


@given(st.lists(embeddings.map(lambda one: one._replace(vector=b""))))
def test_columns_without_dense_vectors(outcomes: list[Outcome]) -> None:
    """Where nobody asked for dense vectors, the rest still arrives text by text."""
    assert outcomes_of(columns_of(outcomes)) == outcomes
