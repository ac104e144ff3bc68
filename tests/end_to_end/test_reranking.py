"""A reranker as a person gets one: a folder among the models, a line in the configuration, and the real daemon."""

import subprocess
import sys

import pytest
from sentence_transformers import CrossEncoder
from tests.end_to_end.conftest import User
from tests.vectrayd.runtime import tiny_rerankers

import vectray_client

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

QUERY = "when the tide rises"
TEXTS = ["the moon pulls on the water", "潮汐", "", "tide " * 300]


def test_the_configured_reranker_scores(newcomer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that names no model gets its scores, to the fifth place those of sentence-transformers."""
    monkeypatch.setenv("VECTRAY_HOME", str(newcomer.home))
    folder = tiny_rerankers.save("bge-reranker", newcomer.places.models / "mine")
    newcomer.configure('[daemon]\nreranker = "mine"\nprecision = "float32"\n')
    expected = CrossEncoder(str(folder), device="cpu").predict([(QUERY, text) for text in TEXTS])
    with vectray_client.connect() as daemon:
        found = daemon.rerank(QUERY, TEXTS)
        assert [each.score for each in found] == pytest.approx(expected.tolist(), abs=1e-5)
        assert [each.truncated for each in found] == [False, False, False, True]
        with pytest.raises(vectray_client.RequestRefused, match="mine is a reranker"):
            daemon.encode(["tide"], model="mine")
    assert "model        mine (default, reranker)" in newcomer.vectray("models", "show", "mine").stdout


@pytest.mark.parametrize(
    ("flags", "sentence"),
    [
        (["--reranker", "all-MiniLM-L6-v2"], "vectrayd: all-MiniLM-L6-v2 gives vectors and no scores"),
        (["--model", "bge-reranker-base"], "vectrayd: bge-reranker-base is a reranker"),
        (["--reranker", "nobody"], "vectrayd: There is no model named 'nobody'"),
    ],
)
def test_a_model_of_the_other_kind_is_no_default(newcomer: User, flags: list[str], sentence: str) -> None:
    """The daemon does not start, and says in one sentence why."""
    done = subprocess.run(
        [sys.executable, "-m", "vectrayd", *flags],
        env=newcomer.environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(sentence)
