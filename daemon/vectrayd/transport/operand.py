"""One side of a comparison: vectors as they came, or vectors of the texts that came."""

from dataclasses import replace

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.options import DENSE_ONLY, ElementType, Prompt
from vectrayd.domain.similarity import Rows
from vectrayd.transport import limits, wire
from vectrayd.transport.desk import Desk, Terms

Comparison = pb.SimilarityRequest | pb.RankRequest.Open
"""What says how texts are encoded, and who waits."""


async def operand(desk: Desk, comparison: Comparison, side: pb.Operand, role: Prompt) -> tuple[Rows, str]:
    """Return one side as float32 (n, dimensions), with the fingerprint of vectors that were made here.

    Raises:
        VectrayError: there is nothing to compare, or a text cannot be encoded.

    """
    match side.WhichOneof("operand"):
        case "vectors":
            return wire.rows(side.vectors), ""
        case "texts":
            texts = side.texts.texts
            limits.check_count(len(texts))
            terms = await terms_for(desk, comparison, role)
            if not texts:
                raise InvalidOption("One side of the comparison is empty.")
            return wire.stacked(await desk.encode(texts, terms)), terms.format.fingerprint
        case _:
            raise InvalidOption("A comparison has two sides, of texts or of vectors.")


async def terms_for(desk: Desk, comparison: Comparison, role: Prompt) -> Terms:
    """Agree on how texts of one side are encoded: dense, float32, and with the prompt of its `role` if none is asked for.

    Raises:
        VectrayError: they cannot be.

    """
    wish = wire.wish(comparison.options, comparison.lane, comparison.client_name)
    options = replace(
        wish.options,
        prompt=wish.options.prompt or role,
        element_type=ElementType.FLOAT32,
        outputs=DENSE_ONLY,
    )
    return await desk.agree(replace(wish, options=options))
