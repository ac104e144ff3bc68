import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.disturbances import KINDS, HardLife
from tests.light_worker import light_vector

from vectray_client.sdk.client import Daemon
from vectray_client.sdk.client_async import AsyncDaemon
from vectray_client.sdk.results import Encoded

AT_LEAST = 20_000
pytestmark = pytest.mark.timeout(300)


def check(answers: list[tuple[int, Encoded]]) -> None:
    """Each id once, each with the vector of its own text."""
    assert sorted(number for number, _ in answers) == list(range(len(answers)))
    for number, answer in answers:
        assert answer.error is None
        assert (answer.vector == light_vector(f"text {number}", 8)).all()


def stream(life: HardLife, at_least: int) -> list[tuple[int, Encoded]]:
    """Encode through all disturbances."""
    answers = []
    with Daemon(life.places) as daemon:
        for pair in daemon.encode_stream(life.texts(at_least)):
            answers.append(pair)
            life.note_answer()
    return answers


async def stream_async(life: HardLife, at_least: int) -> list[tuple[int, Encoded]]:
    """The same for asyncio."""

    async def texts() -> AsyncIterator[tuple[int, str]]:
        for pair in life.texts(at_least):
            yield pair

    answers = []
    async with AsyncDaemon(life.places) as daemon:
        async for pair in daemon.encode_stream(texts()):
            answers.append(pair)
            life.note_answer()
    return answers


@pytest.mark.slow
async def test_cut_connections_cost_no_answer(tmp_path: Path) -> None:
    """Connections that end in the middle of a frame are made anew: every id is answered once, for both kinds of program."""
    with HardLife(tmp_path, ["cut"] * 3, seed=1) as life:
        check(stream(life, 0))
    (tmp_path / "b").mkdir()
    with HardLife(tmp_path / "b", ["cut"] * 3, seed=2) as life:
        check(await stream_async(life, 0))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 4])
async def test_kills_cost_no_answer(tmp_path: Path, seed: int) -> None:
    """Whatever is killed or cut in whatever order, every id is answered once, with its own vector."""
    kinds = random.Random(seed).sample(KINDS * 10, 30)  # noqa: S311 - chance, not secrets
    with HardLife(tmp_path, kinds, seed=seed) as life:
        check(stream(life, AT_LEAST) if seed % 2 else await stream_async(life, AT_LEAST))
