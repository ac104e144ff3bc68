import time
from dataclasses import replace
from pathlib import Path

import pytest
from tests.vectray_client.hashing_embedder import HashingEmbedder
from tests.vectray_client.indexer.desk import Desk, write

from vectray_client.indexer.catching_up import IndexPaused
from vectray_client.indexer.pausing import PAUSED
from vectray_client.read.options import TokenizerUnusable
from vectray_client.sdk.errors import DaemonUnavailable
from vectray_client.watch.scanner import FolderMissing


def test_a_daemon_that_is_away_is_said_at_once(at: Desk) -> None:
    """Nobody waits in the foreground for what may not come; words are found, and the next run makes the vectors."""
    write(at.folder, "a.md", "ash", "oak")
    at.catch_up()
    write(at.folder, "b.md", "elm")
    at.embedder.is_away = True
    with pytest.raises(DaemonUnavailable):
        at.catch_up()
    at.embedder.is_away = False
    assert at.catch_up().embedded == 1
    assert at.store.counts().files == 2


def test_a_pause_is_kept_to(at: Desk) -> None:
    """Whoever asks to index while indexing is paused hears that it is; nothing is read."""
    write(at.folder, "a.md", "ash")
    at.store.set_setting(PAUSED, "0")
    with pytest.raises(IndexPaused, match="vectray resume"):
        at.catch_up()
    assert at.store.counts().files == 0
    at.store.set_setting(PAUSED, str(int((time.time() - 1) * 1000)))
    assert at.catch_up().embedded == 1


def test_a_folder_that_is_not_there_loses_nothing(at: Desk) -> None:
    """It is said, and what is known of it stays; another folder of the same run is indexed."""
    write(at.folder, "a.md", "ash")
    other = at.home / "other"
    other.mkdir()
    at.catch_up(at.folder, other)
    at.folder.rename(at.home / "elsewhere")
    write(other, "b.md", "oak")
    with pytest.raises(FolderMissing):
        at.catch_up(at.folder, other)
    assert at.store.counts().files == 2
    (at.home / "elsewhere").rename(at.folder)
    assert at.catch_up().embedded == 0


def test_a_damaged_tokenizer_is_named_with_its_remedy(at: Desk, tmp_path: Path) -> None:
    """No file is to blame, and none is noted as bad."""
    damaged = tmp_path / "damaged.json"
    damaged.write_text("{")
    write(at.folder, "a.md", "ash")
    at = replace(at, embedder=HashingEmbedder(str(damaged)))
    with pytest.raises(TokenizerUnusable, match="delete this file, and it is fetched again"):
        at.catch_up()
    assert at.store.refusals(str(at.folder)) == {}
