import numpy as np
import pytest

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.errors import RequestRefused
from vectray_client.sdk.requests import opening, options, several, similarity


def compare(queries: object, documents: object, metric: str = "cosine") -> pb.SimilarityRequest:
    """A comparison of two sides."""
    return similarity(
        queries,
        documents,
        metric=metric,
        pairwise=False,
        encode_options=options(),
        lane="normal",
        client_name="test",
    )


@pytest.mark.parametrize(
    ("task", "field", "value"),
    [
        ("query", "task", pb.TASK_QUERY),
        ("document", "task", pb.TASK_DOCUMENT),
        ("poem", "prompt_name", "poem"),
        (None, None, None),
    ],
)
def test_a_task_is_a_role_or_a_named_prompt(task: str | None, field: str | None, value: object) -> None:
    """The two roles are the contract's, every other word names a prompt, and nothing asks for nothing."""
    message = options(task=task)
    assert message.WhichOneof("prompt") == field
    assert field is None or getattr(message, field) == value


def test_texts_and_vectors_are_told_apart() -> None:
    """A list of texts goes as texts; arrays and lists of numbers go as float32 rows."""
    assert list(compare(["a"], ["b", "c"]).documents.texts.texts) == ["b", "c"]
    for side in (np.ones((2, 3)), [[1, 1, 1], [1, 1, 1]], np.ones((2, 3), np.float16)):
        matrix = compare(side, side).queries.vectors
        assert (matrix.rows, matrix.columns, len(matrix.data)) == (2, 3, 24)
    assert compare(np.ones(3), np.ones(3)).queries.vectors.rows == 1


def test_a_single_text_is_no_list_of_characters() -> None:
    """The commonest slip is a TypeError, not a vector for each letter."""
    with pytest.raises(TypeError):
        several("a text")
    with pytest.raises(TypeError):
        compare("a", "b")


def test_a_misspelt_word_is_answered_with_the_choices() -> None:
    """Whoever mistypes a metric or a lane is told which there are."""
    with pytest.raises(RequestRefused, match="cosine, dot, euclidean, manhattan"):
        compare(["a"], ["b"], metric="cosin")
    with pytest.raises(RequestRefused, match="interactive, normal, bulk, idle"):
        opening(options(), lane="fast", client_name="test")
