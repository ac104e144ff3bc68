import warnings

import numpy as np
import pytest

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.errors import TextRefused
from vectray_client.sdk.results import Encoded, TruncationWarning, encoded, in_order, stacked


def vector(*numbers: float, tokens_total: int = 1) -> Encoded:
    """An answer of one token out of some."""
    return Encoded(vector=np.array(numbers, np.float32), tokens_used=1, tokens_total=tokens_total)


def test_vectors_are_gathered_in_the_order_of_the_texts() -> None:
    """Completion order does not show."""
    gathered = stacked(in_order([(1, vector(3, 4)), (0, vector(1, 2))]), 2)
    assert gathered.tolist() == [[1, 2], [3, 4]]
    assert gathered.dtype == np.float32
    assert stacked([], 2).shape == (0, 2)


def test_one_refused_text_is_named_by_its_position() -> None:
    """The caller learns which text it was, without seeing it quoted."""
    refused = Encoded(vector=None, error=TextRefused("It is too long.", reason="TEXT_TOO_LONG"))
    with pytest.raises(TextRefused, match=r"^Text 1: It is too long.$") as caught:
        in_order([(0, vector(1)), (1, refused)])
    assert caught.value.reason == "TEXT_TOO_LONG"


def test_a_cut_text_is_warned_about() -> None:
    """No text loses its end in silence; whole texts cause no warning."""
    with pytest.warns(TruncationWarning, match="1 of 2"):
        in_order([(0, vector(1)), (1, vector(2, tokens_total=9))])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        in_order([(0, vector(1))])


def test_an_item_is_a_vector_or_an_error() -> None:
    """Each answer is exactly one of the two."""
    good = encoded(
        pb.ItemResult(id=1, embedding=pb.Embedding(vector=np.array([1.5], "<f4").tobytes(), tokens_used=2)),
        "space",
    )
    assert good.vector is not None
    assert good.vector.flags.writeable
    assert (good.vector.tolist(), good.error, good.fingerprint) == ([1.5], None, "space")
    bad = encoded(pb.ItemResult(id=1, error=pb.ItemError(reason="NON_FINITE", message="No.")), "space")
    assert bad.vector is None
    assert bad.error is not None
    assert bad.error.reason == "NON_FINITE"


def test_every_output_is_numpy() -> None:
    """Sparse weights and the vectors of tokens are arrays of their own; what was not asked for is None."""
    embedding = pb.Embedding(
        tokens_used=3,
        tokens_total=4,
        sparse=pb.SparseVector(
            token_ids=np.array([5, 70_000], "<u4").tobytes(), weights=np.array([0.5, 2], "<f4").tobytes()
        ),
        multi_vector=pb.MultiVector(vectors=np.arange(6, dtype="<f4").tobytes(), rows=2, columns=3),
    )
    answer = encoded(pb.ItemResult(embedding=embedding), "space")
    assert answer.vector is None
    assert answer.sparse is not None
    assert answer.multi_vector is not None
    token_ids, weights = answer.sparse
    assert (token_ids.dtype, token_ids.tolist()) == (np.uint32, [5, 70_000])
    assert (weights.dtype, weights.tolist()) == (np.float32, [0.5, 2])
    assert (answer.multi_vector.dtype, answer.multi_vector.tolist()) == (np.float32, [[0, 1, 2], [3, 4, 5]])
    assert answer.multi_vector.flags.writeable
    assert answer.truncated
    dense = encoded(pb.ItemResult(embedding=pb.Embedding(vector=b"1234")), "space")
    assert (dense.sparse, dense.multi_vector) == (None, None)


def test_a_text_without_weights_has_an_empty_output() -> None:
    """An output that was asked for and has nothing in it is not one that was not asked for."""
    answer = encoded(pb.ItemResult(embedding=pb.Embedding(sparse={}, multi_vector={"columns": 3})), "space")
    assert answer.sparse is not None
    assert answer.sparse.token_ids.shape == answer.sparse.weights.shape == (0,)
    assert answer.multi_vector is not None
    assert answer.multi_vector.shape == (0, 3)
