import pytest

from vectray_client.cli.progress import Rate, progress_bars
from vectray_client.indexer import FolderProgress


def test_the_rate_begins_with_the_first_passage() -> None:
    """Loading a model is no slow embedding; and each folder has its own rate."""
    rate = Rate()
    assert rate.after(0, now=100) is None
    assert rate.after(1, now=200) is None
    assert rate.after(21, now=202) == 10
    rate.begin()
    assert rate.after(5, now=300) is None
    assert rate.after(9, now=301) == 4


def test_nothing_is_drawn_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A log file gets no bars and no blank lines."""
    with progress_bars() as report:
        report(FolderProgress(folder="/[bold]odd[/x]", files_total=2))
        report(FolderProgress(folder="/[bold]odd[/x]", files_total=2, files_done=1, embedded=3))
    assert capsys.readouterr() == ("", "")
