import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.workers.budget import Resident, evictions, expected_bytes, in_words, read_budget

sizes = st.integers(0, 10_000)
residents = st.lists(
    st.builds(
        Resident,
        model=st.uuids().map(str),
        size_bytes=sizes,
        idle_since=st.none() | st.floats(0, 1e6),
    ),
    max_size=8,
    unique_by=lambda one: one.model,
)


@given(needed=sizes, everybody=residents, budget=sizes)
def test_room_is_made_of_idle_models_only_and_of_no_more_than_needed(
    needed: int, everybody: list[Resident], budget: int
) -> None:
    """What is unloaded is idle and was used before all idle ones that stay; afterwards it fits, and would not with one less."""
    chosen = evictions(needed, everybody, budget_bytes=budget)
    by_model = {one.model: one for one in everybody}
    total = needed + sum(one.size_bytes for one in everybody)
    idle = [one for one in everybody if one.idle_since is not None]
    if chosen is None:
        assert total - sum(one.size_bytes for one in idle) > budget, "it waits only where nothing else helps"
        return
    gone = [by_model[model] for model in chosen]
    left = total - sum(one.size_bytes for one in gone)
    assert left <= budget
    assert not gone or left + gone[-1].size_bytes > budget
    since = [one.idle_since for one in gone if one.idle_since is not None]
    assert len(since) == len(gone)
    stay = [one.idle_since for one in idle if one not in gone and one.idle_since is not None]
    assert not since or not stay or max(since) <= min(stay)


@pytest.mark.parametrize(
    ("words", "size_bytes"),
    [
        ("60%", 600),
        ("12.5 %", 125),
        ("100%", 1000),
        ("4GB", 4_000_000_000),
        ("512 mib", 512 * 2**20),
        ("1.5G", 1_500_000_000),
        ("123", 123),
        ("0%", None),
        ("101%", None),
        ("much", None),
        ("-1GB", None),
        ("", None),
        ("4 GB or so", None),
    ],
)
def test_a_budget_is_read_or_refused(words: str, size_bytes: int | None) -> None:
    """A part of the machine, an amount with its unit, or bytes; anything else is refused with its own words."""
    if size_bytes is None:
        with pytest.raises(ValueError, match="memory"):
            read_budget(words, machine_bytes=1000)
    else:
        assert read_budget(words, machine_bytes=1000) == size_bytes


def test_amounts_are_told_in_round_numbers() -> None:
    """Nobody reads bytes."""
    assert (in_words(1_234_000_000), in_words(345_600_000)) == ("1.2 GB", "346 MB")


def test_a_model_is_expected_to_take_its_weights_and_a_process() -> None:
    """The smallest precision counts, and a model of which nothing is known is never refused for its size."""
    assert expected_bytes({}) == 0
    sizes_bytes = {"float32": 4_000_000_000, "bfloat16": 2_000_000_000}
    assert 2_000_000_000 < expected_bytes(sizes_bytes) < 3_000_000_000
