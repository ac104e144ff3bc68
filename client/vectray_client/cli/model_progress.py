"""How far a model is on its way, where somebody can see it."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TransferSpeedColumn

from vectray_client.cli.terminal import margin, printable
from vectray_client.sdk import states
from vectray_client.sdk.states import Report


@contextmanager
def model_progress() -> Iterator[Report]:
    """Give what progress is shown with: words, and a bar where bytes are counted; gone at the end, nothing where no terminal is."""
    console = margin()
    words = (SpinnerColumn(), TextColumn("{task.description}", markup=False))
    counted = (BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*words, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("asking the daemon", total=None)

        def report(progress: states.Progress) -> None:
            bars.columns = (*words, *counted) if progress.bytes_total else words
            bars.update(
                task,
                description=printable(progress.activity or progress.model.state),
                completed=progress.bytes_done,
                total=progress.bytes_total or None,
            )

        yield report
