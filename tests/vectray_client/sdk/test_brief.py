# ruff: noqa: ANN401 - one function stands for two overloaded ones

import asyncio
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest
from tests.vectray_client.sdk.fake_daemon import FakeDaemon

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.brief import MOST_TEXTS
from vectray_client.sdk.channel import PATIENT, Deadlines
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.client_async import AsyncDaemon
from vectray_client.sdk.errors import DaemonUnavailable, TextRefused
from vectray_client.sdk.results import TruncationWarning

HASTY = Deadlines(answer_seconds=0.3, silence_seconds=0.3)

Encode = Callable[..., Any]


def encode(fake: FakeDaemon, texts: Sequence[str], *, deadlines: Deadlines = PATIENT, **options: Any) -> Any:
    """Encode by the synchronous client."""
    with Daemon(fake.places, deadlines=deadlines) as daemon:
        return daemon.encode(texts, **options)


def encode_async(
    fake: FakeDaemon, texts: Sequence[str], *, deadlines: Deadlines = PATIENT, **options: Any
) -> Any:
    """Encode by the asynchronous client."""

    async def run() -> Any:
        async with AsyncDaemon(fake.places, deadlines=deadlines) as daemon:
            return await daemon.encode(texts, **options)

    return asyncio.run(run())


@pytest.fixture(params=[encode, encode_async])
def encoding(request: pytest.FixtureRequest, fake: FakeDaemon) -> Encode:
    """Both clients, one after the other."""
    return partial(request.param, fake)


def test_a_few_texts_are_one_call(fake: FakeDaemon, encoding: Encode) -> None:
    """A search must not pay for a stream."""
    assert encoding(["aaa", "b"], model="m").tolist() == [[3], [1]]
    assert (fake.calls, fake.streams) == (1, 0)
    assert encoding([]).shape == (0, 1)
    (options, _) = fake.options
    assert options == pb.EncodeOptions(model="m", normalize=True, overlong_policy=pb.OVERLONG_POLICY_TRUNCATE)


@pytest.mark.parametrize(
    ("texts", "outputs"),
    [(["a"] * (MOST_TEXTS + 1), None), (["a" * 1000] * 40, None), (["a"], ["multi-vector"])],
    ids=["many", "long", "large answers"],
)
def test_more_goes_by_a_stream(
    fake: FakeDaemon, encoding: Encode, texts: list[str], outputs: list[str] | None
) -> None:
    """What may not fit a message, or holds others up, is a stream's."""
    assert len(encoding(texts, outputs=outputs)) == len(texts)
    assert (fake.calls, fake.streams) == (0, 1)


@pytest.mark.parametrize("plan", ["lost", "stopping"])
def test_a_lost_call_is_made_again(fake: FakeDaemon, encoding: Encode, plan: str) -> None:
    """Lost or turned away, the texts go to the next daemon."""
    fake.brief_plans = [plan]
    assert encoding(["aaa", "b"]).tolist() == [[3], [1]]
    assert (fake.calls, fake.streams) == (2, 0)


def test_a_daemon_that_is_lost_every_time_is_given_up(fake: FakeDaemon, encoding: Encode) -> None:
    """The fourth break is the last, as of a stream."""
    fake.brief_plans = ["lost"] * 10
    with pytest.raises(DaemonUnavailable, match="was lost"):
        encoding(["a"])
    assert (fake.calls, fake.streams) == (4, 0)


@pytest.mark.parametrize("plan", ["full", "silent"])
def test_what_a_call_cannot_wait_for_goes_by_a_stream(fake: FakeDaemon, encoding: Encode, plan: str) -> None:
    """No caller sees that the queue is full, or fails because a model takes long to load: a stream waits."""
    fake.brief_plans = [plan]
    assert encoding(["aaa", "b"], deadlines=HASTY).tolist() == [[3], [1]]
    assert (fake.calls, fake.streams) == (1, 1)


def test_what_is_late_is_given_up(fake: FakeDaemon, encoding: Encode) -> None:
    """The caller's time is for all attempts together."""
    fake.brief_plans = ["silent"]
    with pytest.raises(DaemonUnavailable, match="does not answer"):
        encoding(["a"], timeout_seconds=0.2)


def test_a_text_without_an_answer_is_an_error(fake: FakeDaemon, encoding: Encode) -> None:
    """Its position is told, whoever refuses it."""
    fake.brief_plans = ["failed"]
    with pytest.raises(TextRefused, match=r"^Text 1: The model failed\.$"):
        encoding(["a", "b"])
    with pytest.raises(TextRefused, match=r"^Text 1: The text has half of a surrogate pair"):
        encoding(["a", "\ud800"])
    with pytest.raises(TypeError, match="a text is a str, not int"):
        encoding(["a", 1])


def test_cutting_is_warned_of(fake: FakeDaemon, encoding: Encode) -> None:
    """A cut text is a warning in the name of whoever called `encode`."""
    fake.brief_plans = ["cut"]
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        encoding(["a", "b"])
    assert [(one.category, one.filename) for one in seen] == [(TruncationWarning, __file__)]
