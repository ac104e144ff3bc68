import dataclasses
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import openai
import pytest
from tests.vectrayd.runtime.embeddings_server import KEY, EmbeddingsServer, embeddings_server, vector_of

from vectrayd.domain.embedding import Embedding, Outcome
from vectrayd.domain.errors import (
    InvalidOption,
    ModelFailed,
    ModelUnavailable,
    NonFinite,
    Overloaded,
    TextTooLong,
    VectrayError,
)
from vectrayd.domain.messages import LoadRemote
from vectrayd.domain.options import EncodeOptions, Lane, OutputKind, Prompt
from vectrayd.runtime.remote import RemoteModel, lend
from vectrayd.runtime.spending import Spending
from vectrayd.workers.worker import Worker

DIMENSIONS = 8
PLAIN = EncodeOptions()


@pytest.fixture
def server() -> Iterator[EmbeddingsServer]:
    """A provider."""
    with embeddings_server() as running:
        yield running


@pytest.fixture
def order(server: EmbeddingsServer, tmp_path: Path) -> LoadRemote:
    """To lend the provider's model."""
    return LoadRemote(
        model="text-embedding-3-small",
        provider="openai",
        base_url=server.base_url,
        key=KEY,
        dimensions=DIMENSIONS,
        max_tokens=100,
        tokens_per_day=0,
        spending=str(tmp_path / "spending.json"),
        streams=2,
    )


def vectors(outcomes: list[Outcome]) -> np.ndarray:
    """The vectors of outcomes that are none of them errors, float32 (n, dimensions)."""
    return np.stack([np.frombuffer(one.vector, "<f4") for one in outcomes if isinstance(one, Embedding)])


def only_error(outcomes: list[Outcome]) -> VectrayError:
    """The error that the only text ended in."""
    (outcome,) = outcomes
    assert isinstance(outcome, VectrayError)
    return outcome


@pytest.mark.parametrize("knows_base64", [True, False])
def test_vectors_come_in_the_order_of_their_texts(
    server: EmbeddingsServer, order: LoadRemote, *, knows_base64: bool
) -> None:
    """Whatever order and format they are answered in; they have length 1."""
    server.knows_base64 = knows_base64
    texts = ["a", "some words", "一些字", "longer than that"]
    found = vectors(lend(order).encode(texts, PLAIN))
    expected = np.array([vector_of(text, DIMENSIONS) for text in texts], np.float32)
    np.testing.assert_allclose(found, expected / np.linalg.norm(expected, axis=1, keepdims=True), atol=1e-6)
    assert len(server.requests) == 1


def test_fewer_dimensions_are_the_providers(server: EmbeddingsServer, order: LoadRemote) -> None:
    """It is asked for them; more than there are is an error before anything is sent."""
    model = lend(order)
    assert vectors(model.encode(["a"], EncodeOptions(dimensions=4))).shape == (1, 4)
    assert server.requests[-1]["dimensions"] == 4
    for wrong in (
        EncodeOptions(dimensions=9),
        EncodeOptions(prompt=Prompt(name="x", required=True)),
        EncodeOptions(outputs=frozenset({OutputKind.SPARSE})),
    ):
        with pytest.raises(InvalidOption):
            model.encode(["a"], wrong)
    with pytest.raises(InvalidOption, match="tokenizer"):
        model.tokenize(["a"])
    assert len(server.requests) == 1


def test_tokens_are_what_was_counted(order: LoadRemote) -> None:
    """All of a request together; nothing is ever truncated."""
    outcomes = lend(order).encode(["one", "two words", "three more words"], PLAIN)
    embeddings = [one for one in outcomes if isinstance(one, Embedding)]
    assert sum(one.tokens_used for one in embeddings) == 6
    assert not any(one.truncated for one in embeddings)


def test_a_long_text_hurts_no_other(server: EmbeddingsServer, order: LoadRemote) -> None:
    """One that the provider refuses as too long was sent alone; an empty one is not sent at all."""
    texts = ["short", "word " * 50, "also short", "", "x" * 300]
    outcomes = lend(order).encode(texts, PLAIN)
    assert [type(one) for one in outcomes] == [Embedding, TextTooLong, Embedding, InvalidOption, Embedding]
    assert [len(request["input"]) for request in server.requests] == [1, 1, 1, 1]
    assert "word word" not in str(outcomes[1])


def test_a_busy_provider_is_asked_again_when_it_says(server: EmbeddingsServer, order: LoadRemote) -> None:
    """429 with Retry-After, errors of the server and a broken connection pass."""
    server.answers = [(429, {"Retry-After": "0.2"}, {}), (0, {}, {})]
    assert vectors(lend(order).encode(["a"], PLAIN)).shape == (1, DIMENSIONS)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("answer", "error", "attempts"),
    [
        ((429, {"Retry-After": "100"}, {}), Overloaded, 1),
        ((429, {}, {"error": {"message": "m", "code": "insufficient_quota"}}), ModelUnavailable, 1),
        ((401, {}, {"error": {"message": f"wrong key {KEY}"}}), ModelUnavailable, 1),
        ((404, {}, {}), ModelUnavailable, 1),
        ((400, {}, {"error": {"message": "dear diary"}}), ModelFailed, 1),
        ((200, {}, {"object": "list", "data": [], "usage": {"total_tokens": 1}}), ModelFailed, 1),
        ((200, {}, {}), ModelFailed, 1),
        ((503, {}, {}), ModelFailed, 2),
        ((0, {}, {}), ModelUnavailable, 2),
    ],
)
def test_what_does_not_pass_is_a_sentence(
    server: EmbeddingsServer,
    order: LoadRemote,
    answer: tuple[int, dict[str, str], dict[str, object]],
    error: type[VectrayError],
    attempts: int,
) -> None:
    """In our own words, without key and text; and nobody waits longer than is bearable."""
    server.answers = [answer] * 5
    client = openai.OpenAI(api_key=KEY, base_url=order.base_url, max_retries=0)
    spending = Spending(Path(order.spending), limit=0)
    model = RemoteModel(order, client, spending, patience_seconds=1.2)
    told = only_error(model.encode(["dear diary"], PLAIN))
    assert type(told) is error
    assert KEY not in str(told)
    assert "diary" not in str(told)
    assert len(server.requests) == attempts


def test_a_wrong_key_is_told(order: LoadRemote) -> None:
    """And not repeated, though the provider does."""
    wrong = dataclasses.replace(order, key="sk-wrong")
    told = only_error(lend(wrong).encode(["a"], PLAIN))
    assert "does not accept the key" in str(told)
    assert "sk-" not in str(told)
    assert "sk-" not in repr(wrong)


def test_a_days_budget_is_kept(server: EmbeddingsServer, order: LoadRemote) -> None:
    """What might exceed it is not sent, in this worker and in the next."""
    thrifty = dataclasses.replace(order, tokens_per_day=20)
    assert vectors(lend(thrifty).encode(["one two three"], PLAIN)).shape == (1, DIMENSIONS)
    told = only_error(lend(thrifty).encode(["more than seventeen bytes"], PLAIN))
    assert type(told) is ModelUnavailable
    assert "budget of 20 tokens" in str(told)
    assert len(server.requests) == 1


def test_a_vector_that_is_not_finite_does_not_leave(server: EmbeddingsServer, order: LoadRemote) -> None:
    """Nor one of zeros, which has no direction."""
    for broken in ([float("nan")] * DIMENSIONS, [0.0] * DIMENSIONS):
        server.vector = broken
        assert type(only_error(lend(order).encode(["a"], PLAIN))) is NonFinite


def test_another_model_is_another_space(order: LoadRemote) -> None:
    """Provider, address, model and dimensions make the fingerprint; key and budget do not."""
    same = dataclasses.replace(order, key="other", tokens_per_day=5, streams=1)
    assert lend(same).facts.fingerprint == lend(order).facts.fingerprint
    others = [
        dataclasses.replace(order, provider="x"),
        dataclasses.replace(order, model="x"),
        dataclasses.replace(order, base_url=""),
        dataclasses.replace(order, dimensions=4),
    ]
    assert len({lend(one).facts.fingerprint for one in (order, *others)}) == 5


def test_nothing_is_logged_of_a_text(order: LoadRemote, caplog: pytest.LogCaptureFixture) -> None:
    """Not even where the library was told to be talkative."""
    logging.getLogger("openai").setLevel(logging.DEBUG)
    with caplog.at_level(logging.DEBUG):
        lend(order).encode(["dear diary"], PLAIN)
    assert "diary" not in caplog.text
    assert KEY not in caplog.text


async def test_a_worker_lends_it_like_any_other(order: LoadRemote) -> None:
    """In a process of its own, which imports no torch."""
    worker = await Worker.start(order)
    (outcome,) = (await worker.encode(["a"], PLAIN, Lane.NORMAL)).outcomes
    assert isinstance(outcome, Embedding)
    maps = Path(f"/proc/{worker.pid}/maps")
    assert not maps.exists() or "libtorch" not in maps.read_text("utf-8")
    await worker.stop()


async def test_a_missing_package_is_a_sentence(order: LoadRemote) -> None:
    """It says what to install."""
    program = "import runpy, sys; sys.modules['openai'] = None; runpy.run_module('vectrayd.runtime', run_name='__main__')"
    with pytest.raises(ModelUnavailable, match=r"pip install 'vectray\[remote\]'"):
        await Worker.start(order, command=(sys.executable, "-P", "-c", program))
