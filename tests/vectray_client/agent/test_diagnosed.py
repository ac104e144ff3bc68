import sys
from pathlib import Path

import pytest

from vectray.places import Places
from vectray_client.agent.diagnosed import diagnosis, seen_desktop
from vectray_client.sdk.index_states import AgentState, FolderState


def test_the_report_of_the_page_names_no_place(tmp_path: Path) -> None:
    """What is wrong is told with what to do, and the report says how much there is, not where."""
    places = Places(config=tmp_path / "config", data=tmp_path / "data", runtime=tmp_path / "run")
    folder = FolderState(path=str(tmp_path / "我的秘密"), files=3)
    told = diagnosis(places, AgentState(pid=1, contract_revision=3, folders=(folder,), files=3), None)
    assert "files: 3" in told.report
    assert "秘密" not in told.report
    assert str(tmp_path) not in told.report
    assert all(sentence.endswith(".") and remedy.endswith(".") for sentence, remedy in told.findings)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no session bus to look for")
def test_without_a_desktop_nothing_shows_icons() -> None:
    """Neither a bus nor a tray is there, and both are known not to be."""
    desktop = seen_desktop({})
    assert (desktop.has_bus, desktop.has_tray) == (False, False)
