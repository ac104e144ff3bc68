from functools import partial
from pathlib import Path

from tests import light_daemon

from vectray_client.agent.meaning import Meaning
from vectray_client.embed.embedder import Embedder
from vectray_client.sdk.client import Daemon
from vectray_client.store.records import Model

MODEL = Model(name="multilingual-e5-small", fingerprint=f"{8:064x}", dimensions=8)


def test_what_comes_in_time_is_used(tmp_path: Path) -> None:
    """Where there is no time for all sentences the first of them are compared, and a second try has more."""
    sentences = [f"sentence {number}" for number in range(200)]
    with (
        light_daemon.running(tmp_path, dimensions=8, text_seconds=0.01),
        Embedder(partial(Daemon, light_daemon.places(tmp_path)), tokenizers=tmp_path) as embedder,
    ):
        meaning = Meaning(embedder)
        assert len(meaning.sentences(sentences[:1], MODEL, wait_seconds=20)) == 1  # loaded
        first = meaning.sentences(sentences, MODEL, wait_seconds=0.6)
        assert set(sentences[:24]) <= set(first) < set(sentences)
        assert set(meaning.sentences(sentences, MODEL, wait_seconds=20)) == set(sentences)
        meaning.close()
