"""One Rerank call: a query and texts in, the texts' scores out."""

from collections.abc import Sequence

import numpy as np

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.embedding import Embedding, Outcome
from vectrayd.domain.errors import VectrayError
from vectrayd.domain.options import EncodeOptions, Wish
from vectrayd.transport import limits, wire
from vectrayd.transport.desk import Desk
from vectrayd.transport.status import item_error

_NO_SCORE = Embedding(np.array(np.nan, "<f4").tobytes(), 0, 0)


async def rerank(request: pb.RerankRequest, desk: Desk, *, seconds: float | None) -> pb.RerankResponse:
    """Score the texts of a request for a caller that waits `seconds`.

    Raises:
        VectrayError: none of them can be scored.

    """
    limits.check_count(len(request.texts))
    limits.check_query(request.query)
    wish = Wish(
        model=request.model,
        options=EncodeOptions(query=request.query),
        lane=wire.lane(request.lane),
        client=request.client_name,
    )
    terms = await desk.agree(wish)
    response = _response(await desk.encode(request.texts, terms, seconds=seconds))
    response.model, response.fingerprint = terms.format.model, terms.format.fingerprint
    return response


def _response(outcomes: Sequence[Outcome]) -> pb.RerankResponse:
    scored = [_NO_SCORE if isinstance(outcome, VectrayError) else outcome for outcome in outcomes]
    return pb.RerankResponse(
        scores=b"".join(one.vector for one in scored),
        tokens_used=np.array([one.tokens_used for one in scored], "<u4").tobytes(),
        tokens_total=np.array([one.tokens_total for one in scored], "<u4").tobytes(),
        failures=[
            pb.RerankResponse.Failure(text=at, error=item_error(outcome))
            for at, outcome in enumerate(outcomes)
            if isinstance(outcome, VectrayError)
        ],
    )
