import os
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectray_client.watch.aggregator import Aggregator, Limits
from vectray_client.watch.backoff import Backoff
from vectray_client.watch.place import Hint, Place

FOLDER = "/home/notes"
LIMITS = Limits()
SMALL = Limits(
    quiet_seconds=1,
    longest_wait_seconds=5,
    most_in_directory=2,
    most_in_folder=4,
    files=Backoff(first_seconds=3, longest_seconds=10),
    trees=Backoff(first_seconds=2, longest_seconds=4),
)


def path(name: str) -> str:
    """A path below the folder; the folder itself for an empty name."""
    return os.path.join(FOLDER, name) if name else FOLDER  # noqa: PTH118 - paths are strings


def aggregated(*hints: Hint, limits: Limits = LIMITS) -> Aggregator:
    """An aggregator that was given these hints at time 0."""
    aggregator = Aggregator(FOLDER, limits)
    for hint in hints:
        aggregator.add(hint, now=0.0)
    return aggregator


def files(names: Iterable[str]) -> list[Hint]:
    """One hint for each file."""
    return [Hint(path=path(name)) for name in names]


def test_a_lone_save_is_handed_out_after_a_short_rest() -> None:
    """Once, as soon as nothing more happens to it, and then no more."""
    aggregator = aggregated(*files(["a.md"]))
    assert aggregator.next_due() == LIMITS.quiet_seconds
    assert aggregator.take_due(LIMITS.quiet_seconds - 0.01) == []
    assert aggregator.take_due(LIMITS.quiet_seconds) == [Place(path=path("a.md"))]
    assert aggregator.next_due() is None
    assert aggregator.take_due(1000.0) == []


def test_what_gives_no_rest_is_handed_out_all_the_same() -> None:
    """A file that is written without a pause is looked at after the longest wait."""
    aggregator = Aggregator(FOLDER, LIMITS)
    for step in range(40):
        aggregator.add(Hint(path=path("a.md")), now=step / 20)
        assert aggregator.take_due(step / 20) == []
    assert aggregator.next_due() == LIMITS.longest_wait_seconds


def test_a_file_that_changes_again_waits_longer() -> None:
    """The first change is handed out at once, the next when the file has cooled down; its neighbours do not wait."""
    aggregator = aggregated(*files(["hot.log"]), limits=SMALL)
    assert len(aggregator.take_due(1.0)) == 1
    for name in ("hot.log", "cold.md"):
        aggregator.add(Hint(path=path(name)), now=1.5)
    assert aggregator.take_due(3.9) == [Place(path=path("cold.md"))]
    assert aggregator.take_due(4.0) == [Place(path=path("hot.log"))]


def test_the_end_of_a_storm_is_not_waited_for_longer_than_its_calm() -> None:
    """However hot a directory is by then: it is looked at as soon as nothing happened in it for that long."""
    limits = Limits(trees=Backoff(first_seconds=2, longest_seconds=60, calm_seconds=1))
    aggregator, tree, looks = Aggregator(FOLDER, limits), Hint(path=path("new"), is_tree=True), list[float]()
    for step in range(160):
        aggregator.add(tree, now=step / 8)
        looks += [step / 8] * len(aggregator.take_due(step / 8))
    assert looks == [2.0, 4.125, 8.125, 16.125]
    assert aggregator.next_due() == 159 / 8 + 1


def test_a_hot_file_that_is_deleted_is_forgotten_at_once() -> None:
    """To forget a file costs nothing, so it need not cool down first."""
    aggregator = aggregated(*files(["hot.log"]), limits=SMALL)
    aggregator.take_due(1.0)
    aggregator.add(Hint(path=path("hot.log"), is_removal=True), now=1.5)
    assert aggregator.take_due(2.5) == [Place(path=path("hot.log"))]


@pytest.mark.parametrize("count", [128, 129])
def test_many_files_of_a_directory_become_the_directory(count: int) -> None:
    """Up to 128 are looked at one by one."""
    due = aggregated(*files(f"inbox/{number}" for number in range(count))).take_due(1.0)
    assert due == [Place(path=path("inbox"), is_tree=True)] if count > 128 else len(due) == count


@pytest.mark.parametrize("count", [512, 513])
def test_many_files_everywhere_become_the_folder(count: int) -> None:
    """Up to 512 are looked at one by one."""
    due = aggregated(*files(f"{number % 9}/{number}" for number in range(count))).take_due(1.0)
    assert due == [Place(path=FOLDER, is_tree=True)] if count > 512 else len(due) == count


def test_what_lies_in_a_tree_only_refreshes_it() -> None:
    """A tree is looked at once, when all of it has come to rest; a tree takes in what waited below it."""
    aggregator = aggregated(*files(["new/a", "new/b/c", "newer"]), Hint(path=path("new"), is_tree=True))
    aggregator.add(Hint(path=path("new/b/d")), now=0.1)
    assert aggregator.take_due(0.15) == [Place(path=path("newer"))]
    assert aggregator.take_due(0.25) == [Place(path=path("new"), is_tree=True)]


def test_a_directory_in_place_of_a_file_is_a_tree() -> None:
    """The wider hint counts, whichever comes first."""
    tree, file = Hint(path=path("a"), is_tree=True), Hint(path=path("a"))
    assert (
        aggregated(file, tree).take_due(1.0)
        == aggregated(tree, file).take_due(1.0)
        == [Place(path=path("a"), is_tree=True)]
    )


def test_deletions_come_last() -> None:
    """A moved file is seen under its new name before it is missed under its old one."""
    hints = (
        Hint(path=path("old"), is_removal=True),
        Hint(path=path("older"), is_removal=True),
        *files(["new"]),
    )
    assert [place.path for place in aggregated(*hints).take_due(1.0)] == [
        path("new"),
        path("old"),
        path("older"),
    ]


def covers(place: Place, hinted: str) -> bool:
    """Whether looking at the place means to look at the path."""
    return place.path == hinted or (place.is_tree and hinted.startswith(place.path + "/"))


NAMES = st.lists(st.sampled_from("abc"), max_size=3).map("/".join)
HINTS = st.builds(Hint, path=NAMES.map(path), is_tree=st.booleans(), is_removal=st.booleans())


@settings(max_examples=150)
@given(st.lists(st.tuples(HINTS, st.floats(0, 4)), max_size=30))
def test_every_hinted_path_is_handed_out_in_time(steps: list[tuple[Hint, float]]) -> None:
    """Whatever the hints: each is covered by a place handed out after it, no later than the longest wait and the longest
    rest; between two calls nothing is due before `next_due` said so; and in the end nothing is left.
    """
    aggregator, now, hinted = Aggregator(FOLDER, SMALL), 0.0, list[tuple[Hint, float]]()
    handed_out: list[tuple[Place, float]] = []
    for hint, pause in [*steps, *[(Hint(path=FOLDER), 100.0)] * bool(steps)]:
        while (due := aggregator.next_due()) is not None and due <= now + pause:
            places = aggregator.take_due(due)
            assert places
            handed_out += [(place, due) for place in places]
        now += pause
        aggregator.add(hint, now=now)
        hinted.append((hint, now))
    handed_out += [(place, now + 100) for place in aggregator.take_due(now + 100)]
    assert aggregator.next_due() is None
    limit = SMALL.longest_wait_seconds + SMALL.files.longest_seconds
    for hint, time in hinted[:-1]:
        assert any(
            covers(place, hint.path) and place.is_tree >= hint.is_tree and time <= at <= time + limit
            for place, at in handed_out
        )
