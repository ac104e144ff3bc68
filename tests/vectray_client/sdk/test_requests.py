import numpy as np
import pytest

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.errors import RequestRefused, TextRefused
from vectray_client.sdk.requests import opening, options, several, side, similarity


def compare(queries: object, documents: object, metric: str = "cosine") -> pb.SimilarityRequest:
    """A comparison of two sides."""
    return similarity(
        side(queries),
        side(documents),
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
    for rows in (np.ones((2, 3)), [[1, 1, 1], [1, 1, 1]], np.ones((2, 3), np.float16)):
        matrix = compare(rows, rows).queries.vectors
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


def test_words_of_two_parts_are_the_contracts() -> None:
    """What Python writes with a hyphen is one of the contract's names, and the choices are told in Python's way."""
    message = options(overlong="chunk-mean", outputs=("dense", "multi-vector"))
    assert message.overlong_policy == pb.OVERLONG_POLICY_CHUNK_MEAN
    assert list(message.outputs) == [pb.OUTPUT_KIND_DENSE, pb.OUTPUT_KIND_MULTI_VECTOR]
    with pytest.raises(RequestRefused, match="'colbert' is none of: dense, sparse, multi-vector"):
        options(outputs=["colbert"])
    with pytest.raises(RequestRefused, match="error, truncate, chunk-mean"):
        options(overlong="mean")


@pytest.mark.parametrize("texts", [np.array(["a", "b"]), np.array(["a", "b"], object), ("a", "b")])
def test_arrays_of_texts_are_texts(texts: object) -> None:
    """However the texts are held."""
    assert side(texts) == ["a", "b"]


@pytest.mark.parametrize("nothing", [[], (), np.empty((0, 3)), np.empty((3, 0))])
def test_an_empty_side_is_refused(nothing: object) -> None:
    """There is nothing to compare with."""
    with pytest.raises(RequestRefused, match=r"^One side of the comparison is empty\.$"):
        side(nothing)


@pytest.mark.parametrize(
    "odd", [["secret", 1], [[1, 2], [3]], [["secret"]], np.ones((2, 2, 2)), [None, object()]]
)
def test_what_is_neither_is_not_quoted(odd: object) -> None:
    """Ragged, mixed or deep: a TypeError that shows nothing of what was given."""
    with pytest.raises(
        TypeError, match=r"^a side of a comparison is a list of texts, or vectors of equal length$"
    ) as no:
        side(odd)
    assert "secret" not in repr(no.value.__context__)


def test_half_a_surrogate_pair_is_refused_by_position() -> None:
    """The text is named, not shown, not even by the error's causes."""
    with pytest.raises(TextRefused, match=r"^Text 1: The text has half of a surrogate pair") as refused:
        side(["fine", "secret \ud800"])
    assert refused.value.reason == "INVALID_TEXT"
    assert not isinstance(refused.value.__context__, UnicodeEncodeError)
