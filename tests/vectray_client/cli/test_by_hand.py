from pathlib import Path

import pytest

from vectray.places import Places
from vectray_client.agent.orders import UnknownFolder
from vectray_client.cli.by_hand import ByHand
from vectray_client.config import Config
from vectray_client.freshness import Scope
from vectray_client.store.errors import IndexMissing
from vectray_client.watch.rules import Rules


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """Settings of somebody who has indexed nothing yet."""
    places = Places(config=tmp_path / "config", data=tmp_path / "data", runtime=tmp_path / "run")
    return Config(places=places, scope=Scope(rules=Rules()))


def test_a_folder_is_paused_without_an_agent(config: Config, tmp_path: Path) -> None:
    """As with one: it alone, said of what waits in it, until it is resumed."""
    folder, other = tmp_path / "docs", tmp_path / "other"
    index = ByHand(config)
    for path in (folder, other):
        path.mkdir()
        (path / "a.txt").write_text("tides")
        index.add_folder(str(path))
    index.pause(str(folder))
    sentence = index.explain(str(folder / "a.txt")).sentence
    assert sentence.endswith(f"indexing of this folder is paused until `vectray resume {folder}`.")
    assert "paused" not in index.explain(str(other / "a.txt")).sentence
    index.resume(str(folder))
    assert "paused" not in index.explain(str(folder / "a.txt")).sentence


def test_only_indexed_folders_can_be_paused(config: Config, tmp_path: Path) -> None:
    """The pause of all may come before there is anything to index; going on with nothing is no mistake."""
    index = ByHand(config)
    index.resume()
    assert not config.index_file.exists()
    with pytest.raises(IndexMissing):
        index.pause(str(tmp_path))
    index.pause()
    with pytest.raises(UnknownFolder):
        index.pause(str(tmp_path))
