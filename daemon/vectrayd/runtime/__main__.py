"""A worker process: `python -m vectrayd.runtime`, started by the supervisor and by nobody else."""

import gc
from pathlib import Path

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.kinds import ModelKind
from vectrayd.domain.messages import LoadRemote, Order
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.serving import Model, serve


def _load(order: Order) -> Model:
    # Each imports what takes long: only what is needed, and only once the conversation stands.
    if isinstance(order, LoadRemote):
        return _lend(order)
    # Imports and weights make objects that all stay: to look for garbage among them costs a tenth of a load, and later pauses.
    gc.disable()
    from vectrayd.runtime.loading import load  # noqa: PLC0415 - imports torch, as above

    model = load(Path(order.folder), Path(order.findings), device=order.device, exact=order.exact)
    model.facts = model.facts.with_prompts(order.prompts)
    # A first run costs more than a later one: better now than in a search.
    is_reranker = model.facts.kind is ModelKind.RERANKER
    model.encode(["warm"], EncodeOptions(query="warm" if is_reranker else None))
    gc.freeze()
    gc.enable()
    return model


def _lend(order: LoadRemote) -> Model:
    try:
        from vectrayd.runtime.remote import lend  # noqa: PLC0415 - imports openai, as above
    except ModuleNotFoundError as cause:
        raise ModelUnavailable(
            f"{order.model} needs a package that is not installed ({cause.name}): pip install 'vectray[remote]'."
        ) from cause
    return lend(order)


if __name__ == "__main__":
    serve(_load)
