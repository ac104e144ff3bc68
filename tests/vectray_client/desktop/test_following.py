import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import grpc
import pytest
from tests import light_daemon
from tests.desktops.person import Person, quiet_session, somebody

from vectray import CONTRACT_REVISION
from vectray.places import make_private
from vectray.v1 import index_pb2 as pb
from vectray.v1 import index_pb2_grpc
from vectray_client.desktop.errands import Errands
from vectray_client.desktop.facts import Facts
from vectray_client.desktop.following import Following
from vectray_client.desktop.menu_items import Order, Verb

_PATIENCE_SECONDS = 20.0


class Onlooker:
    """Follows, and waits for what becomes known."""

    def __init__(self, person_home: Path) -> None:
        self._news = asyncio.Event()
        self.following = Following(light_daemon.places(person_home), tell=self._news.set)

    async def wait_until(self, holds: Callable[[Facts], bool]) -> None:
        """Wait until this holds for what is known."""
        async with asyncio.timeout(_PATIENCE_SECONDS):
            while not holds(self.following.facts):
                self._news.clear()
                await self._news.wait()


@contextlib.asynccontextmanager
async def following(home: Path) -> AsyncIterator[Onlooker]:
    """Follow the programs of `home`."""
    onlooker = Onlooker(home)
    work = asyncio.create_task(onlooker.following.run())
    try:
        yield onlooker
    finally:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    """Somebody whose daemon runs, and whose agent does not; what is started here is theirs."""
    monkeypatch.setenv("VECTRAY_HOME", str(tmp_path / "home"))
    with somebody(tmp_path / "home", quiet_session("")) as running:
        yield running


def both(facts: Facts) -> bool:
    """Whether both answer."""
    return facts.agent is not None and facts.daemon is not None


@pytest.mark.slow
async def test_both_are_started_and_what_died_comes_back(person: Person) -> None:
    """What the agent tells is known, with what was changed last; a kill is noticed, and made good."""
    folder = person.home / "notes"
    folder.mkdir()
    (folder / "tides.md").write_text("The moon pulls the sea. 潮汐\n", "utf-8")
    async with following(person.home) as onlooker:
        assert onlooker.following.facts.is_starting
        await onlooker.wait_until(both)
        assert not onlooker.following.facts.is_starting
        assert onlooker.following.agent is not None
        await onlooker.following.agent.add_folder(str(folder))
        await onlooker.wait_until(
            lambda facts: [each.path for each in facts.recent] == [str(folder / "tides.md")]
        )

        errands = Errands(person.places, onlooker.following, end=lambda: None)
        os.kill(person.agent_pid(), signal.SIGKILL)
        await errands.run(Order(verb=Verb.PAUSE, seconds=60))  # nobody has noticed yet
        await onlooker.wait_until(lambda facts: facts.agent is not None and facts.agent.is_paused)
        await errands.run(Order(verb=Verb.RESUME))

        os.kill(person.agent_pid(), signal.SIGKILL)
        await onlooker.wait_until(lambda facts: facts.agent is None)
        assert onlooker.following.agent is None
        await onlooker.wait_until(both)


class _OtherRelease(index_pb2_grpc.IndexServiceServicer):
    async def Watch(  # noqa: N802 - the contract's name
        self,
        request: pb.IndexServiceWatchRequest,  # noqa: ARG002 - the contract's signature
        context: object,  # noqa: ARG002 - the contract's signature
    ) -> AsyncIterator[pb.IndexServiceWatchResponse]:
        yield pb.IndexServiceWatchResponse(contract_revision=CONTRACT_REVISION + 1)


async def test_an_agent_of_another_release_is_said_to_be_one(tmp_path: Path) -> None:
    """It is not stopped and nothing is started beside it; who is to act is told how."""
    places = light_daemon.places(tmp_path)
    make_private(places.runtime)
    server = grpc.aio.server()
    index_pb2_grpc.add_IndexServiceServicer_to_server(_OtherRelease(), server)
    for door in (places.agent_socket, places.daemon_socket):
        server.add_insecure_port(f"unix:{door}")
    await server.start()
    try:
        async with following(tmp_path) as onlooker:
            await onlooker.wait_until(lambda facts: "vectray stop" in facts.trouble)
            assert onlooker.following.facts.agent is None
    finally:
        await server.stop(None)


async def test_what_a_click_failed_by_is_known_for_a_while(tmp_path: Path) -> None:
    """Until another one fails."""
    onlooker = Onlooker(tmp_path)
    for sentence in ("The agent does not answer.", "There is no such model."):
        onlooker.following.note_mishap(sentence)
        assert onlooker.following.facts.mishap == sentence


async def test_who_waits_for_an_agent_is_told_that_there_is_none(tmp_path: Path) -> None:
    """In time."""
    assert await Onlooker(tmp_path).following.reached_agent(patience_seconds=0.05) is None
