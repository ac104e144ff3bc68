import random

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.requests import opening, options
from vectray_client.sdk.stream import ITEM_COST_BYTES, StreamSession

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
        for name, answer in answers:
            assert name not in answered
            assert answer.vector is not None
            answered[name] = float(answer.vector[0])
        while session.wants_text:
            session.take(next(source, None))
        for request in session.outgoing():
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
    assert not list(session.outgoing())
    session.take(None)
    assert session.is_done


def test_a_pinned_fingerprint_survives_an_early_break() -> None:
    """A connection that broke before it opened leaves what the caller pinned as it was."""
    session: StreamSession[int] = StreamSession(
        opening(options(fingerprint="mine"), lane="bulk", client_name="test")
    )
    session.start_again()
    assert session.opening.open.options.expected_fingerprint == "mine"
