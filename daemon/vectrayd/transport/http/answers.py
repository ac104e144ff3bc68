"""What the daemon answers over HTTP, in the shapes of OpenAI's API. Pure.

Source of the shapes: https://platform.openai.com/docs/api-reference/embeddings and /models, and the `openai` Python package.
"""

import base64
import json
import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from starlette.responses import JSONResponse

from vectrayd.domain import errors
from vectrayd.domain.embedding import Embedding
from vectrayd.domain.errors import VectrayError
from vectrayd.models.entry import Entry

STATUSES: dict[type[VectrayError], int] = {
    errors.InvalidOption: 400,
    errors.TextTooLong: 400,
    errors.InvalidText: 400,
    errors.UnknownModel: 404,
    errors.ModelUnavailable: 503,
    errors.ModelFailed: 500,
    errors.NonFinite: 500,
    errors.FingerprintMismatch: 412,
    errors.Overloaded: 429,
    errors.DeadlineInfeasible: 504,
    errors.Stopping: 503,
}
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
_UNAUTHORIZED = 401
_SERVER_ERRORS = 500
_TOGETHER = 16
"""Vectors in one piece of an answer. Turning numbers into text takes long enough that others must get a turn in between."""


def problem(
    status: int, message: str, *, code: str | None = None, param: str | None = None, closes: bool = False
) -> JSONResponse:
    """Return an error; with `closes`, the last thing that its connection carries."""
    kind = _TYPES.get(status, "server_error" if status >= _SERVER_ERRORS else "invalid_request_error")
    answer = JSONResponse({"error": {"message": message, "type": kind, "param": param, "code": code}}, status)
    if status == _UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    if closes:
        answer.headers["Connection"] = "close"
    return answer


def failure(error: VectrayError, *, param: str | None = None) -> JSONResponse:
    """Return the error that ends a request, with the seconds after which to try again where that may do better."""
    message = f"{param}: {error}" if param else str(error)
    answer = problem(STATUSES[type(error)], message, code=error.reason.lower(), param=param)
    if error.retry_seconds is not None:
        answer.headers["Retry-After"] = str(math.ceil(error.retry_seconds))
    return answer


def embeddings(found: Sequence[Embedding], *, model: str, is_base64: bool) -> Iterator[str]:
    """Yield the pieces of a list of embeddings, as JSON."""
    yield '{"object":"list","data":['
    for start in range(0, len(found), _TOGETHER):
        some = enumerate(found[start : start + _TOGETHER], start)
        items = (_item(index, embedding, is_base64=is_base64) for index, embedding in some)
        yield ("," if start else "") + ",".join(items)
    tokens = sum(embedding.tokens_used for embedding in found)
    usage = json.dumps({"prompt_tokens": tokens, "total_tokens": tokens})
    yield f'],"model":{json.dumps(model)},"usage":{usage}}}'


def _item(index: int, embedding: Embedding, *, is_base64: bool) -> str:
    vector: str | list[float]
    if is_base64:
        vector = base64.b64encode(embedding.vector).decode("ascii")
    else:
        vector = np.frombuffer(embedding.vector, "<f4").tolist()
    item = {"object": "embedding", "index": index, "embedding": vector}
    # Not in OpenAI's shape, where nothing is ever cut; clients leave alone what they do not know.
    if embedding.truncated:
        item["truncated"] = True
    return json.dumps(item)


def models(entries: Iterable[Entry]) -> JSONResponse:
    """Return a list of models."""
    return JSONResponse({"object": "list", "data": [_model(entry) for entry in entries]})


def model(entry: Entry) -> JSONResponse:
    """Return one model."""
    return JSONResponse(_model(entry))


def _model(entry: Entry) -> dict[str, object]:
    return {"id": entry.name, "object": "model", "created": 0, "owned_by": entry.source or "user"}
