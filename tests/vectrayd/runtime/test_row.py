import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.runtime.row import Run, row_of, runs_of


@given(st.lists(st.integers(1, 9), max_size=30).map(sorted))
def test_runs_cover_the_row(lengths: list[int]) -> None:
    """Runs follow each other without a gap, and hold all texts in order."""
    runs = runs_of(lengths)
    assert [length for run in runs for length in [run.length] * run.count] == lengths
    assert [run.start for run in runs] == [0, *(run.stop for run in runs)][: len(runs)]
    assert len({run.length for run in runs}) == len(runs)


def test_runs_of_an_example() -> None:
    """Two texts of two tokens and one of five."""
    assert runs_of([2, 2, 5]) == [Run(0, 2, 2), Run(4, 1, 5)]


@given(st.lists(st.lists(st.integers(0, 99), min_size=1, max_size=12), min_size=1, max_size=9))
def test_a_row_holds_every_token_at_its_place(texts: list[list[int]]) -> None:
    """Cut at its bounds and put back into order, the row is the texts again, each counted from 0."""
    row = row_of(texts, torch.device("cpu"))
    cuts = row.bounds[1:-1].tolist()
    for name, expected in (("ids", texts), ("places", [list(range(len(text))) for text in texts])):
        parts = np.split(getattr(row, name).numpy(), cuts)
        assert [part.tolist() for part in parts] == [expected[position] for position in row.order]
    assert row.lengths.tolist() == [len(texts[position]) for position in row.order]
    assert row.longest == max(map(len, texts))
