"""One encode stream as a pure conversation: what to send next, what an answer means, what to send again after a break.

No input or output happens here; the synchronous and the asynchronous client drive the same session.
"""

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.errors import TextRefused
from vectray_client.sdk.results import Encoded, encoded

ITEMS_PER_MESSAGE = 64
"""Past this, larger messages are hardly cheaper for each item, and the first answers come later."""
ITEM_COST_BYTES = 64
"""What an item costs of the stream's credit beside its text: part of the contract."""

Id = TypeVar("Id", bound=Hashable)


class StreamSession(Generic[Id]):
    """The texts of one stream, by the ids that their owner gave them. Each is answered exactly once, breaks or not."""

    def __init__(self, opening: pb.EncodeStreamRequest) -> None:
        self.opening = opening
        """The message that opens the stream, again after each break."""
        self.dimensions = 0
        """Numbers per vector, once the stream is open."""
        self._source_ended = False
        self._unanswered: dict[int, tuple[Id, str]] = {}
        self._unsent: list[int] = []
        self._refused: list[tuple[Id, Encoded]] = []
        self._next = 0
        self._credit_bytes = 0
        self._fingerprint = ""

    @property
    def wants_text(self) -> bool:
        """Whether another text may be added now."""
        return self._credit_bytes > 0 and not self._source_ended

    @property
    def is_done(self) -> bool:
        """Whether everything is answered and nothing more will come."""
        return self._source_ended and not self._unanswered and not self._refused

    def take(self, pair: tuple[Id, str] | None) -> None:
        """Take a text with its id, for one of the next outgoing messages; None says that there are no more."""
        if pair is None:
            self._source_ended = True
            return
        item_id, text = pair
        try:
            cost = _cost(text)
        except UnicodeEncodeError:
            error = TextRefused(
                "The text has half of a surrogate pair, which is no character.", reason="INVALID_TEXT"
            )
            self._refused.append((item_id, Encoded(vector=None, error=error)))
            return
        self._unanswered[self._next] = (item_id, text)
        self._unsent.append(self._next)
        self._next += 1
        self._credit_bytes -= cost

    def outgoing(self) -> Iterator[pb.EncodeStreamRequest]:
        """Take the messages that are to be sent now."""
        unsent, self._unsent = self._unsent, []
        for at in range(0, len(unsent), ITEMS_PER_MESSAGE):
            items = [
                pb.EncodeStreamRequest.Item(id=number, text=self._unanswered[number][1])
                for number in unsent[at : at + ITEMS_PER_MESSAGE]
            ]
            yield pb.EncodeStreamRequest(items=pb.EncodeStreamRequest.Items(items=items))

    def receive(self, response: pb.EncodeStreamResponse) -> list[tuple[Id, Encoded]]:
        """Take a message of the daemon; return the answers in it, by the owner's ids."""
        if response.WhichOneof("message") == "opened":
            self._fingerprint = response.opened.format.fingerprint
            self.dimensions = response.opened.format.dimensions
            self._credit_bytes = response.opened.credit_bytes - sum(
                _cost(text) for _, text in self._unanswered.values()
            )
        answers = [
            self._answer(result) for result in response.results.results if result.id in self._unanswered
        ]
        return answers + self.refused()

    def refused(self) -> list[tuple[Id, Encoded]]:
        """Take the answers to texts that need not be sent to be refused."""
        refused, self._refused = self._refused, []
        return refused

    def start_again(self) -> None:
        """Note that the connection broke: what has no answer is to be sent again."""
        self._unsent = list(self._unanswered)
        self._credit_bytes = 0
        # A resumed stream must go on in the same vector space, or its owner would mix two.
        if self._fingerprint:
            self.opening.open.options.expected_fingerprint = self._fingerprint

    def _answer(self, result: pb.ItemResult) -> tuple[Id, Encoded]:
        item_id, text = self._unanswered.pop(result.id)
        self._credit_bytes += _cost(text)
        return item_id, encoded(result, self._fingerprint)


def _cost(text: str) -> int:
    return len(text.encode()) + ITEM_COST_BYTES
