"""One side of a comparison: vectors as they came, or vectors of the texts that came."""

from vectray.v1 import embedding_pb2 as pb
from vectrayd.domain.errors import InvalidOption
from vectrayd.domain.similarity import Rows
from vectrayd.transport import limits, wire
from vectrayd.transport.desk import Desk, Order

Comparison = pb.SimilarityRequest | pb.RankRequest.Open
"""What says how texts are encoded, and who waits."""


async def operand(
    desk: Desk, comparison: Comparison, side: pb.Operand, task: pb.Task.ValueType
) -> tuple[Rows, str]:
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
            order = await order_for(desk, comparison, task)
            if not texts:
                raise InvalidOption("One side of the comparison is empty.")
            return wire.stacked(await desk.encode(texts, order)), order.format.fingerprint
        case _:
            raise InvalidOption("A comparison has two sides, of texts or of vectors.")


async def order_for(desk: Desk, comparison: Comparison, task: pb.Task.ValueType) -> Order:
    """Order texts of one side to be encoded; loads the model if it is not loaded.

    Raises:
        VectrayError: the order cannot be carried out.

    """
    options = wire.options_for_comparison(comparison.options, task)
    return await desk.take(options, comparison.lane, comparison.client_name)
