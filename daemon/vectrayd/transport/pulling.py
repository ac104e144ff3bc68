"""One Pull call: what is being fetched, as messages of the contract."""

import contextlib
from collections.abc import AsyncIterator, Callable

from vectray.v1 import models_pb2 as pb
from vectrayd.models.catalogue import Catalogue
from vectrayd.models.entry import Entry
from vectrayd.models.pull import Puller, entry_to_pull


async def pulled(
    puller: Puller, catalogue: Catalogue, name: str, describe: Callable[[Entry], pb.Model]
) -> AsyncIterator[pb.ModelServicePullResponse]:
    """Fetch a model, telling how far it is; the last message has it as it is then.

    Raises:
        VectrayError: it cannot be fetched.

    """
    entry = entry_to_pull(catalogue, name)
    # Closed at once when the caller hangs up: that is what ends a pull that nobody watches.
    async with contextlib.aclosing(puller.pull(entry)) as steps:
        async for step in steps:
            yield pb.ModelServicePullResponse(
                bytes_done=step.bytes_done,
                bytes_total=step.bytes_total,
                model=describe(entry),
                activity=step.activity,
            )
