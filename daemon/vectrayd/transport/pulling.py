"""The catalogue and the pulls as messages of the contract."""

import contextlib
from collections.abc import AsyncIterator, Callable

from vectray.v1 import embedding_pb2
from vectray.v1 import models_pb2 as pb
from vectrayd.domain.options import OutputKind
from vectrayd.models.catalogue import Catalogue
from vectrayd.models.entry import Entry
from vectrayd.models.pull import Puller, entry_to_pull

_OUTPUTS = {
    OutputKind.DENSE: embedding_pb2.OUTPUT_KIND_DENSE,
    OutputKind.SPARSE: embedding_pb2.OUTPUT_KIND_SPARSE,
    OutputKind.MULTI_VECTOR: embedding_pb2.OUTPUT_KIND_MULTI_VECTOR,
}


def described(entry: Entry) -> pb.Model:
    """Return what is known of a model before it is loaded; its state is for others to add."""
    return pb.Model(
        name=entry.name,
        dimensions=entry.dimensions,
        max_tokens=entry.max_tokens,
        prompts=entry.prompts,
        languages=entry.languages,
        licence=entry.licence,
        source=entry.source,
        pooling=entry.pooling,
        download_bytes=entry.download_bytes,
        memory_bytes=entry.memory_bytes,
        leaves_machine=entry.leaves_machine,
        outputs=sorted(_OUTPUTS[kind] for kind in entry.outputs),
        facts_source=entry.facts,
        smaller_dimensions=entry.matryoshka,
        good_for=entry.good_for,
    )


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
