from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import light_daemon
from tests.vectray_client.sdk.fake_daemon import FakeDaemon, listening

from vectray.places import Places


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeDaemon]:
    """A daemon of a few lines on a real socket."""
    with listening(tmp_path) as daemon:
        yield daemon


@pytest.fixture(scope="session")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Where the real daemon runs, with a model that is a checksum of 8 dimensions."""
    home = tmp_path_factory.mktemp("light")
    with light_daemon.running(home, dimensions=8):
        yield light_daemon.places(home)
