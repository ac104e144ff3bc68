from pathlib import Path

import pytest
from click.testing import CliRunner

from vectray_client.cli.status import command
from vectray_client.index.connected import MENDED
from vectray_client.index.opening import damaged_file
from vectray_client.index.store import open_store


def test_a_damaged_index_is_told_of_as_long_as_it_lies_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was mended in the background is said to the person, who may delete what was set aside."""
    monkeypatch.setenv("VECTRAY_HOME", str(tmp_path))
    index_file = tmp_path / "data" / "index" / "index.sqlite"
    with open_store(index_file) as store:
        store.set_setting(MENDED, "The index was damaged.")
    damaged_file(index_file).touch()
    assert "The index was damaged." in CliRunner().invoke(command).stderr
    damaged_file(index_file).unlink()
    assert "damaged" not in CliRunner().invoke(command).stderr
