"""A worker process: `python -m vectrayd.runtime`, started by the supervisor and by nobody else."""

from pathlib import Path

from vectrayd.domain.messages import Load
from vectrayd.domain.options import EncodeOptions
from vectrayd.runtime.serving import Model, serve


def _load(order: Load) -> Model:
    from vectrayd.runtime.loading import load  # noqa: PLC0415 - imports torch: only once the conversation stands

    model = load(Path(order.folder), Path(order.findings))
    model.encode(
        ["warm"], EncodeOptions()
    )  # a first run costs more than a later one: better now than in a search
    return model


if __name__ == "__main__":
    serve(_load)
