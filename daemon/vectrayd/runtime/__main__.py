"""A worker process: `python -m vectrayd.runtime`, started by the supervisor and by nobody else."""

import gc
from pathlib import Path

from vectrayd.domain.messages import Load
from vectrayd.runtime.serving import Model, serve


def _load(order: Load) -> Model:
    # Imports and weights make objects that all stay: to look for garbage among them costs a tenth of a load, and later pauses.
    gc.disable()
    from vectrayd.runtime.loading import load  # noqa: PLC0415 - imports torch: only once the conversation stands

    try:
        return load(Path(order.folder), Path(order.findings), device=order.device)
    finally:
        gc.freeze()
        gc.enable()


if __name__ == "__main__":
    serve(_load)
