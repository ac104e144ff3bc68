import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.indexer.pausing import (
    Pause,
    Pauses,
    pause_in,
    pauses_in,
    setting_for,
    with_folder,
    without_below,
    without_folder,
)

NOW = 1_700_000_000.0


@given(st.floats(0.01, 1e6), st.floats(0, 2e6))
def test_a_pause_ends_by_itself(seconds: float, later: float) -> None:
    """As long as was said, to the millisecond, whatever program looks and however often it was restarted."""
    found = pause_in(setting_for(seconds, unix_now=NOW), unix_now=NOW + later)
    if later < seconds - 0.002:
        assert found is not None
        assert found.seconds_left is not None
        assert abs(found.seconds_left - (seconds - later)) < 0.002
    elif later > seconds:
        assert found is None


@given(st.floats(0, 1e9))
def test_a_pause_without_an_end_has_none(later: float) -> None:
    """Only the person ends it."""
    assert pause_in(setting_for(None, unix_now=NOW), unix_now=NOW + later) == Pause()


def test_no_setting_is_no_pause() -> None:
    """So it is at the beginning, and after `vectray resume`."""
    assert pause_in("", unix_now=NOW) is None


def test_the_reason_says_how_it_ends() -> None:
    """In words for a person."""
    assert Pause().reason == "Indexing is paused until `vectray resume`."
    words = {40.0: "a minute", 1790.0: "30 minutes", 7190.0: "2 hours"}
    for seconds, expected in words.items():
        assert f"for {expected} more" in Pause(seconds_left=seconds).reason


def test_a_folders_reason_names_the_folder() -> None:
    """As it would have to be typed."""
    assert Pause(folder="/d").reason == "Indexing of this folder is paused until `vectray resume /d`."
    assert "`vectray resume '/my d'` ends that." in Pause(folder="/my d", seconds_left=40.0).reason


FOLDERS = ("/a", "/a/in", "/a/in/most", "/ab", "/b")
KEPT = st.dictionaries(
    st.sampled_from((*FOLDERS, "/gone")),
    st.one_of(st.just("0"), st.integers(-60, 60).map(lambda left: str(int((NOW + left) * 1000)))),
)
WHOLE = st.sampled_from([None, Pause(), Pause(seconds_left=9.0)])


@given(WHOLE, KEPT)
def test_a_pause_of_a_folder_is_one_of_all_in_it(whole: Pause | None, kept: dict[str, str]) -> None:
    """Of folders that are indexed by themselves, too; never of one beside it or above it."""
    pauses = pauses_in(whole, kept, folders=FOLDERS, unix_now=NOW)
    lasting = {
        folder
        for folder, setting in kept.items()
        if folder in FOLDERS and pause_in(setting, unix_now=NOW, folder=folder)
    }
    for folder in FOLDERS:
        is_paused = any(folder == each or folder.startswith(f"{each}/") for each in lasting)
        assert bool(pauses.of(f"{folder}/x.txt")) == is_paused
        assert pauses.allow(f"{folder}/x.txt") == (not is_paused and not pauses.whole)
        assert bool(pauses.reason(folder)) == (not pauses.allow(folder))


@given(WHOLE, KEPT)
def test_all_is_paused_when_every_folder_is(whole: Pause | None, kept: dict[str, str]) -> None:
    """Until the first of them goes on; while all is paused, no folder is worked on beside another."""
    pauses = pauses_in(whole, kept, folders=FOLDERS, unix_now=NOW)
    assert bool(pauses.whole) == bool(whole or all(pauses.of(folder) for folder in FOLDERS))
    if pauses.whole:
        assert pauses.apart == ()
    if pauses.whole and not whole:
        lefts = [pause.seconds_left for pause in pauses.folders if pause.seconds_left is not None]
        assert pauses.whole.seconds_left == min(lefts, default=None)


def test_no_folder_is_not_every_folder() -> None:
    """An empty index is not paused."""
    assert pauses_in(None, {}, folders=(), unix_now=NOW) == Pauses()


def test_the_longest_pause_about_a_folder_counts() -> None:
    """It would be no help to be told of the one that ends first."""
    kept = {"/a": str(int((NOW + 50) * 1000)), "/a/in": str(int((NOW + 5) * 1000))}
    pauses = pauses_in(None, kept, folders=FOLDERS, unix_now=NOW)
    assert (pause := pauses.of("/a/in"))
    assert pause.folder == "/a"
    assert pauses.seconds_to_next == pytest.approx(5)
    assert pauses.apart == ("/a",)


def test_a_setting_of_folders_is_changed_for_one() -> None:
    """Or for all below a place; without any there is no setting."""
    setting = with_folder(with_folder(with_folder("", "/a", "0"), "/a/in", "0"), "/b", "1")
    assert without_folder(setting, "/a") == with_folder(with_folder("", "/a/in", "0"), "/b", "1")
    assert without_below(setting, "/a") == with_folder("", "/b", "1")
    assert without_folder(without_below(setting, "/a"), "/b") == ""
