from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.vectray_client.sdk.fake_daemon import FakeDaemon, listening


@pytest.fixture
def fake(tmp_path: Path) -> Iterator[FakeDaemon]:
    """A daemon of a few lines on a real socket."""
    with listening(tmp_path) as daemon:
        yield daemon
