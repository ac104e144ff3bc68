from pathlib import Path

import pytest
from tests.vectray_client.sdk.fake_daemon import FakeDaemon

from vectray_client.embed.embedder import Embedder
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.errors import DaemonUnavailable, TextRefused


def embedder(fake: FakeDaemon, folder: Path) -> Embedder:
    """An embedder that has asked for nothing yet."""
    return Embedder(lambda: Daemon(fake.places), model="wanted", tokenizers=folder)


def test_a_tokenizer_is_fetched_once(fake: FakeDaemon, tmp_path: Path) -> None:
    """The first run keeps it, later runs name what they have and get no data."""
    folder = tmp_path / "tokenizers"
    for _ in range(3):
        with embedder(fake, folder) as model:
            assert model.model().fingerprint == "space"
            assert model.tokenizer_file().read_bytes() == b"{}"
    assert fake.known_fingerprints == ["", "space", "space"]


def test_passages_come_with_their_keys(fake: FakeDaemon, tmp_path: Path) -> None:
    """Each key has its vector, or why it has none."""
    with embedder(fake, tmp_path) as model:
        answers = dict(model.passages([(b"1", "abc"), (b"2", "\ud800")]))
    assert list(answers[b"1"]) == [3]
    assert isinstance(answers[b"2"], TextRefused)


def test_a_question_is_not_waited_for_without_end(fake: FakeDaemon, tmp_path: Path) -> None:
    """A daemon that is too busy or hung costs the given time, then words alone must do."""
    fake.plans = [(1, ""), (0, "silent")]
    with embedder(fake, tmp_path) as model:
        assert list(model.query("four", fingerprint="space")) == [4]
        with pytest.raises(DaemonUnavailable, match="does not answer"):
            model.query("four", fingerprint="space", timeout_seconds=0.2)


def test_the_connection_ends_with_the_block(fake: FakeDaemon, tmp_path: Path) -> None:
    """Nothing is opened outside the block, which may be entered again, and nothing stays open after it."""
    opened: list[Daemon] = []

    def connect() -> Daemon:
        opened.append(Daemon(fake.places))
        return opened[-1]

    model = Embedder(connect, model="", tokenizers=tmp_path)
    with pytest.raises(RuntimeError, match="inside its `with` block"):
        model.model()
    for count in (1, 2):
        with model:
            model.query("a", fingerprint="space")
        assert len(opened) == count
        with pytest.raises(DaemonUnavailable, match="closed"):
            opened[-1].state()
