import asyncio
import base64
import json
from collections.abc import AsyncIterator

import httpx
import numpy as np
import pytest
from tests.fakes import HashingFleet, hashed_vector
from tests.vectrayd.transport.http.conftest import Notebook

from vectrayd.domain.errors import ModelUnavailable, Overloaded, Stopping
from vectrayd.transport.limits import MOST_BODY_BYTES

EMBEDDINGS = "/v1/embeddings"


async def test_texts_become_vectors_in_their_order(client: httpx.AsyncClient) -> None:
    """A list of texts has a vector for each, by index, and the tokens are counted."""
    texts = [f"text {number}" for number in range(40)]
    answer = (await client.post(EMBEDDINGS, json={"model": "all-minilm-l6-v2", "input": texts})).json()
    assert answer["object"] == "list"
    assert answer["model"] == "all-MiniLM-L6-v2"
    assert answer["usage"] == {"prompt_tokens": 40, "total_tokens": 40}
    assert [item["index"] for item in answer["data"]] == list(range(40))
    for text, item in zip(texts, answer["data"], strict=True):
        np.testing.assert_array_equal(np.array(item["embedding"], "<f4"), hashed_vector(text))


async def test_base64_is_the_same_vector(client: httpx.AsyncClient) -> None:
    """The other format carries the same little-endian float32; a single text needs no list."""
    answer = (await client.post(EMBEDDINGS, json={"input": "猫", "encoding_format": "base64"})).json()
    vector = np.frombuffer(base64.b64decode(answer["data"][0]["embedding"]), "<f4")
    np.testing.assert_array_equal(vector, hashed_vector("猫"))


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"input": "a", "model": "nobody"}, 404, "model_unknown"),
        ({"input": "a", "dimensions": 9}, 400, "invalid_option"),
        ({"input": "a", "prompt_name": "poem"}, 400, "invalid_option"),
        ({"input": ["a", "x" * 300_000]}, 400, "text_too_long"),
        ({"input": []}, 400, "invalid_option"),
        ({"input": [1, 2, 3]}, 400, "invalid_option"),
        ({"input": "a", "user": "u" * 10_000}, 400, "invalid_option"),
    ],
)
async def test_what_cannot_be_answered_has_a_status(
    client: httpx.AsyncClient, fields: dict[str, object], status: int, code: str
) -> None:
    """Errors have OpenAI's shape: words for people, a code for programs."""
    answer = await client.post(EMBEDDINGS, json=fields)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"].endswith(".")


async def test_tokens_are_as_good_as_their_text(client: httpx.AsyncClient) -> None:
    """Tokens of the model's own become the vector of the text that they spell; those of another tokenizer are refused."""
    answer = await client.post(EMBEDDINGS, json={"input": [[97, 98], [99]]})
    vectors = [np.array(item["embedding"], "<f4") for item in answer.json()["data"]]
    np.testing.assert_array_equal(vectors, [hashed_vector("ab"), hashed_vector("c")])
    answer = await client.post(EMBEDDINGS, json={"input": [[97], [1]]})
    assert answer.status_code == 400
    assert "input[1]" in answer.json()["error"]["message"]


async def test_a_bad_text_is_named_by_its_place(client: httpx.AsyncClient) -> None:
    """Of many texts, the one at fault is said by number, never by its words."""
    error = (await client.post(EMBEDDINGS, json={"input": ["a", "b" * 300_000]})).json()["error"]
    assert error["param"] == "input[1]"
    assert "bbb" not in error["message"]


@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Overloaded("Too much.", retry_seconds=1.2), 429),
        (ModelUnavailable("It is not."), 503),
        (Stopping("Soon gone."), 503),
    ],
)
async def test_trouble_of_the_daemon_is_told_apart(
    client: httpx.AsyncClient, fleet: HashingFleet, refusal: Exception, status: int
) -> None:
    """What may be tried again has a status that says so; too many texts say when."""
    fleet.refusal = refusal  # type: ignore[assignment]
    answer = await client.post(EMBEDDINGS, json={"input": "a"})
    assert answer.status_code == status
    assert answer.headers.get("retry-after") == ("2" if status == 429 else None)


async def test_an_unforeseen_error_leaves_without_its_words(
    client: httpx.AsyncClient, fleet: HashingFleet
) -> None:
    """What goes wrong inside is a number, because the exception may quote what somebody writes."""
    fleet.refusal = ValueError("dear diary")  # type: ignore[assignment]
    answer = await client.post(EMBEDDINGS, json={"input": "a"})
    assert answer.status_code == 500
    assert "diary" not in answer.text


async def test_hanging_up_drops_what_waits(
    client: httpx.AsyncClient, fleet: HashingFleet, notebook: Notebook
) -> None:
    """The texts of a client that went away do not reach the model."""
    worker = fleet.workers[0]
    worker.gate.clear()
    texts = ["unwanted" * 100] * 500
    with pytest.raises(httpx.ReadTimeout):
        await client.post(EMBEDDINGS, json={"input": texts}, timeout=httpx.Timeout(10, read=0.3))
    while not notebook.calls:
        await asyncio.sleep(0.01)
    worker.gate.set()
    await client.post(EMBEDDINGS, json={"input": "wanted"})
    assert sum("unwanted" in text for texts in worker.slices for text in texts) < 250


async def test_only_models_that_are_here_are_listed(client: httpx.AsyncClient) -> None:
    """The list has what can be asked for now; each entry can be fetched by its name."""
    listed = (await client.get("/v1/models")).json()["data"]
    assert "all-MiniLM-L6-v2" in {model["id"] for model in listed}
    one = (await client.get("/v1/models/all-MiniLM-L6-v2")).json()
    assert one in listed
    assert (await client.get("/v1/models/nobody")).status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/", 404), ("DELETE", EMBEDDINGS, 405), ("GET", "/v1/models/a/b", 404)],
)
async def test_other_paths_are_errors_of_the_same_shape(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """Nothing else is served, and clients that expect JSON get it."""
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


async def test_a_body_has_a_limit(client: httpx.AsyncClient, notebook: Notebook) -> None:
    """More is refused as it comes in, whether its length was announced or not."""

    async def unannounced() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 1_000_000

    announced = b'{"input": "' + b"a" * MOST_BODY_BYTES + b'"}'
    headers = {"content-type": "application/json"}
    for content in (announced, unannounced()):
        try:
            answer = await client.post(EMBEDDINGS, content=content, headers=headers)
        except httpx.TransportError:
            continue  # the refusal may cut off a client that still sends
        assert answer.status_code == 413
    codes = {code for _, code in notebook.calls}
    assert codes == {"413"}


async def test_an_answer_can_be_read_by_anybody(client: httpx.AsyncClient) -> None:
    """However it is put together, the answer is one JSON document."""
    for count in (1, 15, 16, 17, 33):
        answer = await client.post(EMBEDDINGS, json={"input": ["a"] * count})
        assert len(json.loads(answer.content)["data"]) == count
