from collections.abc import Iterator

import pytest
from tests import light_daemon

from vectray.places import Places


@pytest.fixture(scope="session")
def light(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Where the real daemon runs, with a model that is a checksum of 8 dimensions."""
    home = tmp_path_factory.mktemp("light")
    with light_daemon.running(home, dimensions=8):
        yield light_daemon.places(home)
