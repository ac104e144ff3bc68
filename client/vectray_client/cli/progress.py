"""How far indexing is, with count, rate and time left, where somebody can see it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from vectray_client.cli.terminal import margin, printable
from vectray_client.indexer import FolderProgress, Report


@contextmanager
def progress_bars() -> Iterator[Report]:
    """Give what reports are shown with: one bar a folder, gone at the end. Nothing is shown where no terminal is."""
    console = margin()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files · {task.fields[embedded]} passages embedded{task.fields[rate]} ·"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        looking = bars.add_task("looking", total=None, embedded=0, rate="")
        tasks: dict[str, TaskID] = {}
        rate = Rate()

        def report(progress: FolderProgress) -> None:
            if progress.folder not in tasks:
                bars.update(looking, visible=False)
                name = printable(Path(progress.folder).name or progress.folder)
                tasks[progress.folder] = bars.add_task(name, total=progress.files_total, embedded=0, rate="")
                rate.begin()
            per_second = rate.after(progress.embedded, now=time.monotonic())
            bars.update(
                tasks[progress.folder],
                completed=progress.files_done,
                embedded=progress.embedded,
                rate="" if per_second is None else f", {per_second:.0f}/s",
            )

        yield report


class Rate:
    """Passages per second, from the first one on: before it a model may have been loaded, for as long as that takes."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def begin(self) -> None:
        """Forget the folder before."""
        self._first = None

    def after(self, embedded: int, *, now: float) -> float | None:
        """Return the rate at the time `now` (seconds); None as long as there is none."""
        if self._first is None:
            self._first = (embedded, now) if embedded else None
            return None
        count, began = self._first
        return (embedded - count) / (now - began) if now > began else None
