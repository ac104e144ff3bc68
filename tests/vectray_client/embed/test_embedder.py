from pathlib import Path

import pytest
from tests.vectray_client.sdk.fake_daemon import FakeDaemon

from vectray.places import Places
from vectray.v1 import embedding_pb2
from vectray_client.embed.embedder import Embedder
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.errors import DaemonUnavailable, RequestRefused, TextRefused


def embedder(fake: FakeDaemon, folder: Path) -> Embedder:
    """An embedder that has asked for nothing yet."""
    return Embedder(lambda: Daemon(fake.places), tokenizers=folder)


def test_a_tokenizer_is_fetched_once(fake: FakeDaemon, tmp_path: Path) -> None:
    """The first run keeps it, later runs name what they have and get no data."""
    folder = tmp_path / "tokenizers"
    for _ in range(3):
        with embedder(fake, folder) as model:
            assert model.model("wanted").fingerprint == "space"
            assert model.tokenizer_file("space").read_bytes() == b"{}"
    assert fake.known_fingerprints == ["", "space", "space"]


def test_a_model_is_known_without_its_daemon(fake: FakeDaemon, tmp_path: Path) -> None:
    """What was asked once is answered again from the disk, so that files are read while the daemon is away."""
    with embedder(fake, tmp_path) as first:
        assert first.known_model("space") is None
        model = first.model("wanted")
    assert embedder(fake, tmp_path).known_model("space") == model


def test_passages_come_in_their_order(fake: FakeDaemon, tmp_path: Path) -> None:
    """Each has its vector, or why it has none."""
    with embedder(fake, tmp_path) as opened:
        answers = opened.passages(["abc", "\ud800"], model=opened.model("wanted"), lane="bulk")
    assert list(answers[0]) == [3]
    assert isinstance(answers[1], TextRefused)


def test_a_question_is_not_waited_for_without_end(fake: FakeDaemon, tmp_path: Path) -> None:
    """A daemon that is too busy or hung costs the given time, then words alone must do."""
    fake.brief_plans = ["", "silent"]
    with embedder(fake, tmp_path) as model:
        assert list(model.query("four", model="wanted", fingerprint="space")) == [4]
        with pytest.raises(DaemonUnavailable, match="does not answer"):
            model.query("four", model="wanted", fingerprint="space", timeout_seconds=0.2)


def test_a_question_goes_ahead_of_all_else(fake: FakeDaemon, tmp_path: Path) -> None:
    """It is one call, in the lane of those who wait, for vectors of one space alone; so are sentences."""
    with embedder(fake, tmp_path) as model:
        model.query("four", model="wanted", fingerprint="space")
        one, other = model.sentences(["a", "bc"], model="wanted", fingerprint="space", timeout_seconds=5)
        assert (list(one), list(other)) == ([1], [2])
    assert fake.streams == 0
    assert fake.lanes == [embedding_pb2.LANE_INTERACTIVE] * 2
    assert [options.expected_fingerprint for options in fake.options] == ["space", "space"]
    assert [options.task for options in fake.options] == [
        embedding_pb2.TASK_QUERY,
        embedding_pb2.TASK_DOCUMENT,
    ]


def test_the_connection_ends_with_the_block(fake: FakeDaemon, tmp_path: Path) -> None:
    """Nothing is opened outside the block, which may be entered again, and nothing stays open after it."""
    opened: list[Daemon] = []

    def connect() -> Daemon:
        opened.append(Daemon(fake.places))
        return opened[-1]

    model = Embedder(connect, tokenizers=tmp_path)
    with pytest.raises(RuntimeError, match="inside its `with` block"):
        model.model()
    for count in (1, 2):
        with model:
            model.query("a", model="wanted", fingerprint="space")
        assert len(opened) == count
        with pytest.raises(DaemonUnavailable, match="closed"):
            opened[-1].state()


def test_a_model_that_gives_no_vectors_is_refused(light: Places, tmp_path: Path) -> None:
    """Before anything is embedded with it, or kept of it."""
    with Embedder(lambda: Daemon(light), tokenizers=tmp_path) as opened:
        with pytest.raises(RequestRefused, match="bge-reranker-base is a reranker"):
            opened.model("bge-reranker-base")
        assert opened.known_model(opened.model("bge-m3").fingerprint)
