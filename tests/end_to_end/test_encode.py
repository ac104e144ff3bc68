"""Programs and the daemon, with real models."""

import asyncio
import warnings
from collections.abc import Iterator

import numpy as np
import psutil
import pytest
from sentence_transformers import SentenceTransformer
from tests.end_to_end.conftest import User

import vectray_client
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library

pytestmark = [pytest.mark.model, pytest.mark.timeout(120)]

MINILM = "all-MiniLM-L6-v2"
TEXTS = [
    "The tide rises twice a day.",
    "",
    "潮汐每天涨落两次。",
    "Tomatoes want sun, water and a stick. " * 3,
    "a " * 200,
    "短",
]


async def reference(sdk: User, model: str) -> SentenceTransformer:
    """The same model, as plain sentence-transformers loads it."""
    folder = await Library(sdk.places.models).folder(read_catalogue().resolve(model))
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True)


@pytest.mark.slow
@pytest.mark.parametrize("model", [MINILM, "multilingual-e5-small"])
@pytest.mark.parametrize("task", ["query", "document"])
def test_vectors_are_those_of_sentence_transformers(sdk: User, model: str, task: str) -> None:
    """The daemon's vectors are the library's own, prompts included, in any batch, as exactly as its precision allows."""
    with vectray_client.connect() as daemon:
        ours = daemon.encode(TEXTS, model=model, task=task)
    plain = asyncio.run(reference(sdk, model))
    prompt = plain.prompts.get(task) or ""
    theirs = plain.encode(TEXTS, prompt=prompt, normalize_embeddings=True)
    assert (ours * theirs).sum(axis=1).min() > 0.999
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1, rtol=1e-5)


@pytest.mark.usefixtures("sdk")
def test_a_text_over_the_window_is_cut_and_said_to_be() -> None:
    """What is not in the vector is known: flag, counts, warning, or an error for who wants none of it."""
    long = "word " * 600
    with vectray_client.connect() as daemon:
        ((_, answer),) = daemon.encode_stream([(0, long)], model=MINILM)
        assert (answer.truncated, answer.tokens_used, answer.tokens_total) == (True, 256, 602)
        with pytest.warns(vectray_client.TruncationWarning, match="1 of 2"):
            daemon.encode([long, "short"], model=MINILM)
        with pytest.raises(
            vectray_client.TextRefused, match="Text 1: The text has 602 tokens, the model takes 256"
        ):
            daemon.encode(["short", long], model=MINILM, overlong="error")
        (whole,) = daemon.encode([long], model=MINILM, overlong="chunk-mean", outputs=("dense",))
        assert (whole.truncated, whole.tokens_used, whole.tokens_total) == (False, 602, 602)
        assert whole.fingerprint == answer.fingerprint


@pytest.mark.usefixtures("sdk")
def test_one_bad_text_leaves_the_stream_alive() -> None:
    """Each id has its own answer."""
    pairs = [("good", "a text"), ("huge", "x" * 300_000), ("broken", "\udc80"), ("fine", "another")]
    with vectray_client.connect() as daemon:
        answers = dict(daemon.encode_stream(pairs, model=MINILM))
    reasons = {name: answer.error and answer.error.reason for name, answer in answers.items()}
    assert reasons == {"good": None, "huge": "TEXT_TOO_LONG", "broken": "INVALID_TEXT", "fine": None}


@pytest.mark.usefixtures("sdk")
def test_the_asyncio_twin_gives_the_same() -> None:
    """Both clients get equal vectors, scores and answers, from lists and from asynchronous sources."""

    async def source() -> object:
        for pair in enumerate(TEXTS):
            yield pair

    async def twin() -> tuple[np.ndarray, np.ndarray, dict[int, np.ndarray]]:
        async with vectray_client.connect_async() as daemon:
            streamed = {
                name: answer.vector async for name, answer in daemon.encode_stream(source(), model=MINILM)
            }
            vectors = await daemon.encode(TEXTS, model=MINILM)
            return vectors, await daemon.similarity(TEXTS, TEXTS[:2], model=MINILM, metric="dot"), streamed

    vectors, scores, streamed = asyncio.run(twin())
    with vectray_client.connect() as daemon:
        np.testing.assert_allclose(vectors, daemon.encode(TEXTS, model=MINILM), atol=1e-6)
        np.testing.assert_allclose(
            scores, daemon.similarity(TEXTS, TEXTS[:2], model=MINILM, metric="dot"), atol=1e-5
        )
    for position, vector in streamed.items():
        np.testing.assert_allclose(vector, vectors[position], atol=1e-6)


@pytest.mark.usefixtures("sdk")
def test_similarity_of_vectors_needs_no_model() -> None:
    """Numbers are compared as they are; pairs come as one column."""
    left, right = np.eye(3, dtype=np.float32), np.ones((3, 3), np.float32)
    with vectray_client.connect() as daemon:
        np.testing.assert_allclose(daemon.similarity(left, right, metric="dot"), np.ones((3, 3)))
        np.testing.assert_allclose(
            daemon.similarity(left, right, metric="manhattan", pairwise=True), [-2, -2, -2]
        )


@pytest.mark.usefixtures("sdk")
def test_cut_dimensions_are_normalised_again() -> None:
    """A Matryoshka cut has length 1 and another fingerprint."""
    with vectray_client.connect() as daemon:
        whole, cut = daemon.encode(TEXTS, model=MINILM), daemon.encode(TEXTS, model=MINILM, dimensions=64)
        again = whole[:, :64] / np.linalg.norm(whole[:, :64], axis=1, keepdims=True)
        np.testing.assert_allclose(cut, again, atol=1e-5)
        fingerprints = {
            dimensions: next(daemon.encode_stream([(0, "a")], model=MINILM, dimensions=dimensions))[
                1
            ].fingerprint
            for dimensions in (0, 64, 384)
        }
    assert fingerprints[0] == fingerprints[384] != fingerprints[64]


def test_the_supervisor_never_imports_torch(sdk: User) -> None:
    """The daemon's own process stays small: the model's libraries are mapped into its worker alone."""
    with vectray_client.connect() as daemon:
        daemon.encode(["warm"], model=MINILM)
        state = daemon.state()
    supervisor = psutil.Process(sdk.daemon_pid())
    assert state.pid == supervisor.pid
    assert not any("torch" in mapped.path for mapped in supervisor.memory_maps())
    workers = supervisor.children()
    assert any("torch" in mapped.path for worker in workers for mapped in worker.memory_maps())
    assert supervisor.memory_info().rss < 120e6


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["daemon", "worker"])
def test_a_stream_outlives_what_it_runs_on(sdk: User, victim: str) -> None:
    """Whatever is killed in the middle, every id is answered once, with the right vector."""
    texts = [f"number {n} " * (1 + n % 30) for n in range(800)]
    given: list[int] = []

    def source() -> Iterator[tuple[int, str]]:
        for n, text in enumerate(texts):
            given.append(n)
            yield n, text

    answers = []
    with vectray_client.connect() as daemon:
        expected = daemon.encode(texts[:20], model=MINILM)
        pid = sdk.daemon_pid()
        target = psutil.Process(pid if victim == "daemon" else newest_worker(pid))
        for answer in daemon.encode_stream(source(), model=MINILM):
            answers.append(answer)
            if len(answers) == 100:
                target.kill()
                outstanding = len(given) - len(answers)
        assert (sdk.daemon_pid() if victim == "daemon" else newest_worker(pid)) != target.pid
    assert outstanding > 300  # far more than may have been answered and not yet read
    assert sorted(position for position, _ in answers) == list(range(800))
    assert all(answer.error is None for _, answer in answers)
    by_position = dict(answers)
    for position in range(20):
        np.testing.assert_allclose(by_position[position].vector, expected[position], atol=1e-5)


def newest_worker(supervisor: int) -> int:
    """The worker that was started last."""
    return max(psutil.Process(supervisor).children(), key=lambda process: process.create_time()).pid


@pytest.mark.usefixtures("sdk")
def test_what_cannot_be_is_one_sentence() -> None:
    """A program that asks for nonsense learns what was wrong with it."""
    with vectray_client.connect() as daemon, warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(vectray_client.RequestRefused, match="no model named 'gpt'") as unknown:
            daemon.encode(["a"], model="gpt")
        assert unknown.value.reason == "MODEL_UNKNOWN"
        with pytest.raises(vectray_client.RequestRefused, match="384 dimensions, 1000"):
            daemon.encode(["a"], model=MINILM, dimensions=1000)
        with pytest.raises(vectray_client.RequestRefused, match="no prompt named 'haiku'"):
            daemon.encode(["a"], model=MINILM, task="haiku")
        with pytest.raises(vectray_client.RequestRefused, match="no sparse output; it has: dense"):
            daemon.encode(["a"], model=MINILM, outputs=("dense", "sparse"))
        assert daemon.encode([], model=MINILM).shape == (0, 384)
