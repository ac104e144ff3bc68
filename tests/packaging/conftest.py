import sys
from pathlib import Path

import pytest
from pip_runs import Pip


@pytest.fixture
def pip(tmp_path: Path) -> Pip:
    """The pip of the Python that runs the tests, in silence."""
    return Pip(python=Path(sys.executable), log=tmp_path / "pip.log", show=lambda _words: None)
