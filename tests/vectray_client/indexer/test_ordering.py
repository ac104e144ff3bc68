from hypothesis import given
from hypothesis import strategies as st

from vectray_client.domain import FileState
from vectray_client.indexer.ordering import JUST_SAVED_NS, is_just_saved, next_files
from vectray_client.store.records import Dirty

NOW_NS = 1_700_000_000_000_000_000
AGES = st.integers(0, 3 * JUST_SAVED_NS)


def dirty(path: str, *, age_ns: int) -> Dirty:
    """A file that was edited so long ago."""
    return Dirty(path=path, state=FileState(1, NOW_NS - age_ns, NOW_NS, 1), ticket=1)


def queue(folder: str, ages: list[int]) -> list[Dirty]:
    """Files of a folder, the last edited first, as the store has them."""
    return [dirty(f"{folder}/{number}", age_ns=age) for number, age in enumerate(sorted(ages))]


@given(st.dictionaries(st.sampled_from("abc"), st.lists(AGES, max_size=8)), st.integers(0, 12))
def test_nothing_is_chosen_twice_and_no_place_is_left_empty(ages: dict[str, list[int]], limit: int) -> None:
    """As many files as there is room for, each once."""
    queues = {folder: queue(folder, given) for folder, given in ages.items()}
    chosen = next_files(queues, now_ns=NOW_NS, limit=limit)
    assert len({file.path for file in chosen}) == len(chosen) == min(limit, sum(map(len, queues.values())))


@given(st.lists(AGES, min_size=1, max_size=40), st.lists(AGES, min_size=1, max_size=2))
def test_a_small_folder_is_not_starved(big: list[int], small: list[int]) -> None:
    """However much was just saved in a big folder, the first of a small one is among the next few."""
    queues = {"big": queue("big", big), "small": queue("small", small)}
    chosen = next_files(queues, now_ns=NOW_NS, limit=4)
    assert "small/0" in [file.path for file in chosen]


@given(st.lists(AGES, min_size=1, max_size=8), st.lists(AGES, max_size=8))
def test_what_was_saved_last_goes_first(one: list[int], other: list[int]) -> None:
    """A save of a moment ago is ahead of everything that is older, in whatever folder."""
    queues = {"one": queue("one", one), "other": queue("other", other)}
    newest = max((file for files in queues.values() for file in files), key=lambda file: file.state.mtime_ns)
    first = next_files(queues, now_ns=NOW_NS, limit=4)[0]
    assert not is_just_saved(newest, NOW_NS) or first.state.mtime_ns == newest.state.mtime_ns


def test_a_time_in_the_future_is_not_believed() -> None:
    """A file from a machine with a wrong clock is not ahead of what people save."""
    assert not is_just_saved(dirty("a", age_ns=-2 * JUST_SAVED_NS), NOW_NS)
