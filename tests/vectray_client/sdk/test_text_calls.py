import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import grpc
import numpy as np
import pytest
from tests.light_worker import light_vector
from tests.vectray_client.sdk.fake_daemon import FakeDaemon

from vectray.places import Places
from vectray_client.sdk.channel import Deadlines
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.client_async import AsyncDaemon
from vectray_client.sdk.errors import DaemonUnavailable, RequestRefused, TextRefused

WORDS = [f"word {number % 150}" for number in range(300)]
VECTORS = np.stack([light_vector(word, 8) for word in WORDS])
QUERY = VECTORS[40]
NEAREST = [40, 190]
"""The same word, twice; Euclidean, because all checksums point the same way."""


class Elsewhere(grpc.RpcError):
    """A failed call of somebody else's."""


@pytest.mark.parametrize(
    "candidates",
    [
        lambda: WORDS,
        lambda: iter(WORDS),
        lambda: (word for word in WORDS),
        lambda: np.array(WORDS),
        lambda: VECTORS,
        lambda: VECTORS.astype(np.float64),
        VECTORS.tolist,
        lambda: np.asfortranarray(VECTORS),
    ],
    ids=["list", "iterator", "generator", "array of texts", "array", "doubles", "lists", "columns first"],
)
async def test_candidates_may_be_anything(light: Places, candidates: Callable[[], object]) -> None:
    """Texts or vectors, read once or often: both kinds of program get the same exact answer."""
    with Daemon(light) as daemon:
        (best,) = daemon.rank(QUERY, candidates(), 2, metric="euclidean")
        assert daemon.rank(["word 40"], candidates(), 2, metric="euclidean") == [best]
    async with AsyncDaemon(light) as later:
        assert await later.rank([QUERY], candidates(), 2, metric="euclidean") == [best]
    assert [ranked.candidate for ranked in best] == NEAREST
    assert [ranked.score for ranked in best] == [0, 0]


async def test_candidates_may_come_asynchronously(light: Places) -> None:
    """A source of texts that waits for each of them."""

    async def source() -> AsyncIterator[str]:
        for word in WORDS:
            yield word

    async with AsyncDaemon(light) as daemon:
        (best,) = await daemon.rank(["word 40"], source(), 2, metric="euclidean")
    assert [ranked.candidate for ranked in best] == NEAREST


def test_half_precision_is_sent_as_it_is(light: Places) -> None:
    """What float16 cannot tell apart ties, in the candidates' order."""
    rows = np.array([[1.0], [1.0001], [2.0]], np.float64)
    with Daemon(light) as daemon:
        assert [each.candidate for each in daemon.rank([[1.0001]], rows, metric="euclidean")[0]] == [1, 0, 2]
        halves = rows.astype(np.float16)
        assert [each.candidate for each in daemon.rank([[1.0001]], halves, metric="euclidean")[0]] == [
            0,
            1,
            2,
        ]


async def test_no_candidates_are_no_error(light: Places) -> None:
    """One empty ranking for each query."""
    for nothing in ([], iter(()), np.empty((0, 8), np.float32)):
        with Daemon(light) as daemon:
            assert daemon.rank(np.ones((2, 8)), nothing) == [[], []]
    async with AsyncDaemon(light) as later:
        assert await later.rank(np.ones((2, 8)), []) == [[], []]


@pytest.mark.parametrize(
    ("candidates", "error"),
    [
        ("a single text", TypeError),
        (5, TypeError),
        ([1.0, 2.0], TypeError),
        (np.ones(3), TypeError),
        (np.ones((1, 2, 3)), TypeError),
        (["a", 5], TypeError),
        ([None], TypeError),
        (["a", "\ud800"], TextRefused),
        (np.ones((1, 3)), RequestRefused),
        (np.full((1, 8), np.nan), RequestRefused),
    ],
)
async def test_what_cannot_be_ranked_is_refused(light: Places, candidates: object, error: type) -> None:
    """Before it is sent, or by the daemon; the connection is as good as before."""
    with Daemon(light) as daemon:
        with pytest.raises(error):
            daemon.rank(QUERY, candidates)
        assert daemon.rank(QUERY, VECTORS[:1])[0][0].candidate == 0
    async with AsyncDaemon(light) as later:
        with pytest.raises(error):
            await later.rank(QUERY, candidates)
        assert (await later.rank(QUERY, VECTORS[:1]))[0][0].candidate == 0


async def test_the_sources_own_errors_reach_the_caller(light: Places) -> None:
    """Whatever a source raises comes out as it is, and no thread stays."""

    def source() -> Iterator[str]:
        yield from WORDS
        raise Elsewhere

    with Daemon(light) as daemon:
        daemon.rank(QUERY, WORDS)
        before = threading.active_count()
        with pytest.raises(Elsewhere):
            daemon.rank(QUERY, source())
        async with asyncio.timeout(5):
            while threading.active_count() > before:
                await asyncio.sleep(0.01)
    async with AsyncDaemon(light) as later:
        with pytest.raises(Elsewhere):
            await later.rank(QUERY, source())


def test_candidates_are_read_in_the_callers_thread(light: Places) -> None:
    """A source may be bound to its thread, as SQLite's cursors are."""
    threads = set()

    def source() -> Iterator[str]:
        for word in WORDS:
            threads.add(threading.current_thread())
            yield word

    with Daemon(light) as daemon:
        daemon.rank(QUERY, source())
    assert threads == {threading.current_thread()}


async def test_a_lost_ranking_is_asked_again(fake: FakeDaemon) -> None:
    """What can be read again is sent again; what cannot is told to be lost, also where the loss comes early."""
    for endings, candidates in ((["lost", ""], WORDS), (["lost", "lost", ""], VECTORS)):
        fake.ranking_plans = list(endings)
        with Daemon(fake.places) as daemon:
            assert daemon.rank([QUERY], candidates) == [[(len(WORDS), 1.0)]]
        fake.ranking_plans = list(endings)
        async with AsyncDaemon(fake.places) as later:
            assert await later.rank([QUERY], candidates) == [[(len(WORDS), 1.0)]]
    fake.ranking_plans = ["lost", "lost"]
    with Daemon(fake.places) as daemon, pytest.raises(DaemonUnavailable, match="was lost"):
        daemon.rank([QUERY], iter(WORDS))
    async with AsyncDaemon(fake.places) as later:
        with pytest.raises(DaemonUnavailable, match="was lost"):
            await later.rank([QUERY], iter(WORDS))


async def test_a_hung_daemon_is_given_up(fake: FakeDaemon) -> None:
    """One that takes no candidates, or gives no answer, is no daemon; a bound of the caller's own counts too."""
    many = np.ones((200_000, 8), np.float32)
    hasty = Deadlines(loading_seconds=0.15)
    for candidates in (WORDS, many):
        fake.ranking_plans = ["hung"] * 4
        with (
            Daemon(fake.places, deadlines=hasty) as daemon,
            pytest.raises(DaemonUnavailable, match="does not answer"),
        ):
            daemon.rank([QUERY], candidates)
        with Daemon(fake.places) as daemon, pytest.raises(DaemonUnavailable, match="does not answer"):
            daemon.rank([QUERY], candidates, timeout_seconds=0.15)
        async with AsyncDaemon(fake.places, deadlines=hasty) as later:
            with pytest.raises(DaemonUnavailable, match="does not answer"):
                await later.rank([QUERY], candidates)
        async with AsyncDaemon(fake.places) as later:
            with pytest.raises(DaemonUnavailable, match="does not answer"):
                await later.rank([QUERY], candidates, timeout_seconds=0.15)


async def test_tokens_come_in_order(light: Places) -> None:
    """More texts than one call takes, and longer ones: each has its tokens with their places."""
    texts = ["茶" * 1000, "", *(f"{number}" for number in range(3000)), "x" * 300_000]
    with Daemon(light) as daemon:
        found = daemon.tokenize(texts)
        with pytest.raises(TextRefused, match="Text 1"):
            daemon.tokenize(["a", "\ud800"])
        with pytest.raises(RequestRefused, match="1048576 bytes"):
            daemon.tokenize(["x" * 1_100_000])
        with pytest.raises(TypeError):
            daemon.tokenize("a")  # type: ignore[arg-type]
    async with AsyncDaemon(light) as later:
        assert len(await later.tokenize(texts)) == len(texts)
    assert ["".join(map(chr, tokens.ids.tolist())) for tokens in found] == texts
    assert found[0].offsets.tolist()[:2] == [[0, 1], [1, 2]]
    assert found[1].offsets.shape == (0, 2)


async def test_an_estimate_grows_with_the_work(light: Places) -> None:
    """Twice the texts, twice the work; nonsense is refused."""
    with Daemon(light) as daemon:
        small, large = daemon.estimate(100, 10_000), daemon.estimate(200, 20_000, lane="interactive")
        assert small.compute_seconds < large.compute_seconds
        assert 0 < small.tokens < large.tokens
        with pytest.raises(RequestRefused):
            daemon.estimate(-1, 0)
        with pytest.raises(RequestRefused):
            daemon.estimate(1, 1, model="nobody")
    async with AsyncDaemon(light) as later:
        assert (await later.estimate(100, 10_000)).tokens == small.tokens
