import pytest

from vectray_client.cli.progress import Rate, progress_bars
from vectray_client.sdk.index_states import FolderState, IndexState


def test_the_rate_begins_with_the_first_passage() -> None:
    """Loading a model is no slow embedding."""
    rate = Rate()
    assert rate.after(0, now=100) is None
    assert rate.after(1, now=200) is None
    assert rate.after(21, now=202) == 10


def test_nothing_is_drawn_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    """A log file gets no bars and no blank lines, whatever the states, other folders among them."""
    with progress_bars(["/[bold]odd[/x]"]) as report:
        for pending in (0, 2, 1, 0):
            folders = (FolderState(path="/[bold]odd[/x]", pending=pending), FolderState(path="/other"))
            report(IndexState(folders=folders, embedded=3, slowed_reason="[on] battery"))
    assert capsys.readouterr() == ("", "")
