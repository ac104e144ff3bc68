import asyncio
import inspect
from contextlib import aclosing

import pytest
from tests.vectray_client.agent.conftest import Served
from tests.vectray_client.store.documents import document, put

from vectray_client.sdk.agent import Agent
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.errors import AgentUnavailable, RequestRefused


def public(of: type) -> dict[str, inspect.Signature]:
    """The public methods of a class, and what they take."""
    return {
        name: inspect.signature(method)
        for name, method in inspect.getmembers(of, inspect.isfunction)
        if not name.startswith("_")
    }


def test_the_twins_have_the_same_methods() -> None:
    """Names and parameters of `Agent` and `AsyncAgent` are the same."""
    of_one, of_other = public(Agent), public(AsyncAgent)
    assert of_one.keys() == of_other.keys()
    for name, signature in of_one.items():
        assert list(signature.parameters.values()) == list(of_other[name].parameters.values())


async def test_the_twins_answer_the_same(served: Served) -> None:
    """Whatever is asked or ordered, by one or by the other."""
    path = str(served.folder / "潮汐.md")
    served.pipeline.call(lambda store: put(store, path, document("tides rise", "the moon"))).result()
    with served.agent() as one:
        async with AsyncAgent(served.places) as other:
            assert await other.search("tides", top=3, more_passages=1) == one.search(
                "tides", top=3, more_passages=1
            )
            assert await other.read_passages(path, at=100, before=1) == one.read_passages(
                path, at=100, before=1
            )
            assert await other.folders() == one.folders()
            assert await other.explain(path) == one.explain(path)
            assert await other.problems() == one.problems()
            assert (await other.state()).folders == one.state().folders
            assert await other.rescan() == one.rescan()
            assert await other.use_model("known") == one.use_model("known")
            await other.pause(seconds=60)
            await other.resume()
            assert await other.forget(path) == 1
            with pytest.raises(RequestRefused) as error:
                await other.remove_folder("/nowhere")
            assert error.value.reason == "UNKNOWN_FOLDER"
            assert await other.remove_folder(str(served.folder)) == 0
            assert (await other.add_folder(str(served.folder))).path == str(served.folder)


async def test_a_watcher_that_leaves_early_is_forgotten(served: Served) -> None:
    """It makes room for the next at once, however it left."""
    async with AsyncAgent(served.places) as agent:
        for _ in range(20):
            async with aclosing(agent.watch()) as states:
                await anext(states)
        assert (await agent.state()).problems == 0


async def test_several_calls_go_on_at_once(served: Served) -> None:
    """One that waits does not keep the others waiting."""
    async with AsyncAgent(served.places) as agent, aclosing(agent.watch()) as states:
        await anext(states)
        waiting = asyncio.ensure_future(anext(states))
        await asyncio.gather(*(agent.folders() for _ in range(10)))
        served.pipeline.tell(embedded=3)
        while (await waiting).embedded != 3:
            waiting = asyncio.ensure_future(anext(states))


async def test_who_is_not_there_is_told(served: Served) -> None:
    """No connection, one to nobody, and one that was closed: a sentence each."""
    agent = AsyncAgent(served.places)
    with pytest.raises(AgentUnavailable, match=r"^The connection is closed\.$"):
        await agent.folders()
    served.places.agent_socket.rename(served.places.runtime / "away")
    with pytest.raises(AgentUnavailable, match=r"^The agent has ended\.$"):
        async with agent:
            pass
