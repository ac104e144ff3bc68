"""How far indexing is, with count, rate and time left, where somebody can see it."""

import time
from collections.abc import Callable, Iterator, Sequence
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
from vectray_client.sdk.index_states import IndexState


@contextmanager
def progress_bars(folders: Sequence[str]) -> Iterator[Callable[[IndexState], None]]:
    """Give what states are shown with: a bar for each folder's files to be read, one for files to be embedded. None where no terminal is."""
    console = margin()
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[words]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {folder: _add(bars, Path(folder).name or folder, "files") for folder in folders}
        model = _add(bars, "model", "")
        peaks: dict[str, int] = {}
        rate = Rate()
        first: list[int] = []

        def report(state: IndexState) -> None:
            first[:] = first or [state.embedded]
            for folder in state.folders:
                if folder.path in tasks:
                    peak = peaks[folder.path] = max(peaks.get(folder.path, 0), folder.pending)
                    bars.update(tasks[folder.path], total=peak or None, completed=peak - folder.pending)
            peak = peaks[""] = max(peaks.get("", 0), state.pending_vectors)
            words = _words(state, state.embedded - first[0], rate)
            bars.update(
                model, total=peak or None, completed=peak - state.pending_vectors, words=printable(words)
            )

        yield report


def _words(state: IndexState, embedded: int, rate: "Rate") -> str:
    per_second = rate.after(embedded, now=time.monotonic())
    speed = "" if per_second is None else f", {per_second:.0f}/s"
    trouble = f"; {state.slowed_reason}" if state.slowed_reason else ""
    return f"files · {embedded} passages embedded{speed}{trouble}"


def _add(bars: Progress, name: str, words: str) -> TaskID:
    return bars.add_task(printable(name), total=None, words=words)


class Rate:
    """Passages per second, from the first one on: before it a model may have been loaded, for as long as that takes."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def after(self, embedded: int, *, now: float) -> float | None:
        """Return the rate at the time `now` (seconds); None as long as there is none."""
        if self._first is None:
            self._first = (embedded, now) if embedded else None
            return None
        count, began = self._first
        return (embedded - count) / (now - began) if now > began else None
