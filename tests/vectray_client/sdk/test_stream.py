import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.requests import opening, options
from vectray_client.sdk.stream import ITEM_COST_BYTES, Item, StreamSession, parcels

CREDIT_BYTES = 600


def new_session() -> StreamSession[str]:
    """A session that is not open yet."""
    return StreamSession(opening(options(), lane="bulk", client_name="test"))


class Daemon:
    """The other end: keeps the items of one connection, answers them in any order, counts the credit that was used."""

    def __init__(self) -> None:
        self.items: dict[int, str] = {}

    def opened(self) -> pb.EncodeStreamResponse:
        """Answer the opening message."""
        shape = pb.VectorFormat(fingerprint="space", dimensions=1)
        return pb.EncodeStreamResponse(
            opened=pb.EncodeStreamResponse.Opened(format=shape, credit_bytes=CREDIT_BYTES)
        )

    def take(self, request: pb.EncodeStreamRequest) -> None:
        """Take a message; no id may be used twice while it is unanswered."""
        for item in request.items.items:
            assert item.id not in self.items
            self.items[item.id] = item.text

    def answer(self, count: int, chance: random.Random) -> pb.EncodeStreamResponse:
        """Answer some items; the vector is the text's length."""
        chosen = chance.sample(sorted(self.items), min(count, len(self.items)))
        results = []
        for number in chosen:
            vector = np.array([len(self.items.pop(number))], "<f4").tobytes()
            results.append(
                pb.ItemResult(id=number, embedding=pb.Embedding(vector=vector, tokens_used=1, tokens_total=1))
            )
        return pb.EncodeStreamResponse(results=pb.EncodeStreamResponse.Results(results=results))


@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=40),
    st.randoms(use_true_random=False),
)
def test_every_id_is_answered_once_whatever_breaks(texts: list[str], chance: random.Random) -> None:
    """Over any number of lost connections, each text is answered exactly once, with its own vector, within the credit."""
    session, daemon = new_session(), Daemon()
    source = iter([(f"id {number}", text) for number, text in enumerate(texts)])
    answered: dict[str, float] = {}
    answers = session.receive(daemon.opened())
    while not session.is_done:
        for name, answer in [*answers, *session.refused()]:
            assert name not in answered
            assert answer.vector is not None
            answered[name] = float(answer.vector[0])
        while session.wants_text:
            session.take(next(source, None))
        for request in parcels(session.outgoing()):
            daemon.take(request)
        spent = sum(len(text.encode()) + ITEM_COST_BYTES for text in daemon.items.values())
        longest = max((len(text.encode()) + ITEM_COST_BYTES for text in daemon.items.values()), default=0)
        assert spent <= CREDIT_BYTES + longest
        if chance.random() < 0.2:
            daemon = Daemon()
            session.start_again()
            assert session.opening.open.options.expected_fingerprint == "space"
            answers = session.receive(daemon.opened())
        else:
            answers = session.receive(daemon.answer(chance.randint(1, 5), chance))
    answered |= {name: float(answer.vector[0]) for name, answer in answers}
    assert answered == {f"id {number}": float(len(text)) for number, text in enumerate(texts)}


def test_half_a_surrogate_pair_is_refused_on_this_side() -> None:
    """What no message can carry is answered with an error, and the stream goes on without it."""
    session = new_session()
    session.receive(Daemon().opened())
    session.take(("bad", "\ud800"))
    ((name, answer),) = session.refused()
    assert (name, answer.vector) == ("bad", None)
    assert answer.error is not None
    assert answer.error.reason == "INVALID_TEXT"
    assert not session.outgoing()
    session.take(None)
    assert session.is_done


def test_a_pinned_fingerprint_survives_an_early_break() -> None:
    """A connection that broke before it opened leaves what the caller pinned as it was."""
    session: StreamSession[int] = StreamSession(
        opening(options(fingerprint="mine"), lane="bulk", client_name="test")
    )
    session.start_again()
    assert session.opening.open.options.expected_fingerprint == "mine"


@given(st.lists(st.integers(0, 400_000), max_size=150))
def test_parcels_are_small_and_whole(lengths: list[int]) -> None:
    """Every item goes out once, in order, 64 a message at most; only a single text may make a message longer than 1 MiB."""
    text = "x" * 400_000
    items = [Item(id=number, text=text[:length]) for number, length in enumerate(lengths)]
    messages = [list(message.items.items) for message in parcels(items)]
    assert [item.id for message in messages for item in message] == list(range(len(lengths)))
    for message in messages:
        assert 1 <= len(message) <= 64
        assert len(message) == 1 or sum(len(item.text) for item in message) <= 2**20


def test_a_text_that_is_turned_away_stays_unanswered() -> None:
    """STOPPING is no answer: the text is sent again over the next connection, and no more are taken over this one."""
    session = new_session()
    session.receive(Daemon().opened())
    session.take(("name", "text"))
    session.take(("other", "text"))
    sent = session.outgoing()
    stopping = pb.ItemResult(id=sent[0].id, error=pb.ItemError(reason="STOPPING", message="It is stopping."))
    assert (
        session.receive(pb.EncodeStreamResponse(results=pb.EncodeStreamResponse.Results(results=[stopping])))
        == []
    )
    assert session.is_stopping
    assert not session.wants_text
    session.start_again()
    assert not session.outgoing()
    session.receive(Daemon().opened())
    assert session.outgoing() == sent


def test_what_is_no_text_is_a_type_error() -> None:
    """Nothing that the caller gave is quoted."""
    session = new_session()
    session.receive(Daemon().opened())
    with pytest.raises(TypeError, match=r"^a text is a str, not bytes$"):
        session.take(("name", b"secret"))
