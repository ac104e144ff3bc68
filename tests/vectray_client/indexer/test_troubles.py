from hypothesis import given
from hypothesis import strategies as st

from vectray_client.indexer.troubles import trouble_of
from vectray_client.sdk.index_states import Trouble

NOTHING = {
    "is_paused": False,
    "is_disk_failing": False,
    "is_disk_full": False,
    "cannot_read": False,
    "model_seconds": 0.0,
}


def test_each_thing_that_stops_indexing_is_told() -> None:
    """Each by itself; nothing where nothing does."""
    assert trouble_of(**NOTHING) is Trouble.NONE
    assert trouble_of(**NOTHING | {"is_disk_failing": True}) is Trouble.DISK
    assert trouble_of(**NOTHING | {"is_disk_full": True}) is Trouble.DISK
    assert trouble_of(**NOTHING | {"cannot_read": True}) is Trouble.READERS


@given(st.floats(0, 1000))
def test_a_daemon_that_is_started_again_is_no_trouble(seconds: float) -> None:
    """It has ten seconds."""
    found = trouble_of(**NOTHING | {"model_seconds": seconds})
    assert found is (Trouble.MODEL if seconds >= 10 else Trouble.NONE)


@given(st.booleans(), st.booleans(), st.booleans(), st.floats(0, 1000))
def test_what_a_person_has_paused_nothing_else_stops(
    is_disk_failing: bool, is_disk_full: bool, cannot_read: bool, model_seconds: float
) -> None:
    """But a disk that cannot be written is told even then: not even changes are noted."""
    found = trouble_of(
        is_paused=True,
        is_disk_failing=is_disk_failing,
        is_disk_full=is_disk_full,
        cannot_read=cannot_read,
        model_seconds=model_seconds,
    )
    assert found is (Trouble.DISK if is_disk_failing else Trouble.NONE)
