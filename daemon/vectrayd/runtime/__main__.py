"""A worker process: `python -m vectrayd.runtime`, started by the supervisor and by nobody else."""

from pathlib import Path

from vectrayd.domain.messages import Load
from vectrayd.runtime.serving import Model, serve


def _load(order: Load) -> Model:
    from vectrayd.runtime.loading import load  # noqa: PLC0415 - imports torch: only once the conversation stands

    return load(Path(order.folder), Path(order.findings))


if __name__ == "__main__":
    serve(_load)
