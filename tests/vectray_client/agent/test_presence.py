import os
import stat
from pathlib import Path

import pytest

from vectray.places import find_places
from vectray_client.agent.presence import AlreadyRunning, identity, only_agent


def test_there_is_one_agent(tmp_path: Path) -> None:
    """A second one hears who runs, nobody else can look; after the first has ended, another may."""
    places = find_places({"VECTRAY_HOME": str(tmp_path)})
    with only_agent(places):
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}"), only_agent(places):
            raise AssertionError
        assert places.agent_pid.read_text() == str(os.getpid())
        assert {stat.S_IMODE(path.stat().st_mode) for path in places.runtime.iterdir()} == {0o600}
    assert not places.agent_pid.exists()
    with only_agent(places):
        pass


def test_a_path_that_leads_elsewhere_is_noticed(tmp_path: Path) -> None:
    """Another file at the same path is not the same file."""
    path = tmp_path / "door"
    path.touch()
    former = identity(path)
    path.rename(tmp_path / "kept")
    path.touch()
    assert former != identity(path)
    assert identity(tmp_path / "missing") is None
