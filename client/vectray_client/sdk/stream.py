"""One encode stream as a pure conversation: what to send next, what an answer means, what to send again after a break.

No input or output happens here; the synchronous and the asynchronous client drive the same session.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk.errors import TextRefused
from vectray_client.sdk.requests import byte_length
from vectray_client.sdk.results import Encoded, encoded

ITEMS_PER_MESSAGE = 64
"""Past this, larger messages are hardly cheaper for each item, and the first answers come later."""
_MESSAGE_BYTES = 1024 * 1024
"""Of text in one message; a single text may be longer. Far below the 32 MiB at which a message is refused."""
LINGER_SECONDS = 0.005
"""How long a text waits for others to share its message: a thousandth of what a person notices, a hundred times what it saves."""
ITEM_COST_BYTES = 64
"""What an item costs of the stream's credit beside its text: part of the contract."""

Id = TypeVar("Id", bound=Hashable)
Item = pb.EncodeStreamRequest.Item


class StreamSession(Generic[Id]):
    """The texts of one stream, by the ids that their owner gave them. Each is answered exactly once, breaks or not."""

    def __init__(self, opening: pb.EncodeStreamRequest) -> None:
        self.opening = opening
        """The message that opens the stream, again after each break."""
        self.is_open = False
        """Whether the daemon has answered the opening message of this connection."""
        self.is_stopping = False
        """Whether the daemon has turned a text away because it is about to end: another one must be found."""
        self.dimensions = 0
        """Numbers per vector, once the stream was open."""
        self._source_ended = False
        self._unanswered: dict[int, tuple[Id, str]] = {}
        self._unsent: list[int] = []
        self._refused: list[tuple[Id, Encoded]] = []
        self._next = 0
        self._credit_bytes = 0
        self._most_text_bytes = 0
        self._fingerprint = ""

    @property
    def wants_text(self) -> bool:
        """Whether another text may be added now."""
        return self._credit_bytes > 0 and not self._source_ended and not self.is_stopping

    @property
    def unsent(self) -> int:
        """How many texts could be sent now."""
        return len(self._unsent) if self.is_open else 0

    @property
    def has_refused(self) -> bool:
        """Whether `refused` has answers to give."""
        return bool(self._refused)

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
            self._check(text)
        except TextRefused as error:
            self._refused.append((item_id, Encoded(vector=None, error=error)))
            return
        self._unanswered[self._next] = (item_id, text)
        self._unsent.append(self._next)
        self._next += 1
        self._credit_bytes -= _cost(text)

    def outgoing(self) -> list[Item]:
        """Take the items that are to be sent now."""
        if not self.is_open:
            return []
        unsent, self._unsent = self._unsent, []
        return [Item(id=number, text=self._unanswered[number][1]) for number in unsent]

    def receive(self, response: pb.EncodeStreamResponse) -> list[tuple[Id, Encoded]]:
        """Take a message of the daemon; return the answers in it, by the owner's ids."""
        if response.WhichOneof("message") == "opened":
            self._open(response.opened)
        answers = []
        for result in response.results.results:
            if result.error.reason == "STOPPING":
                self.is_stopping = True  # the text stays unanswered, for the next daemon
            elif result.id in self._unanswered:
                answers.append(self._answer(result))
        return answers

    def refused(self) -> list[tuple[Id, Encoded]]:
        """Take the answers to texts that need not be sent to be refused."""
        refused, self._refused = self._refused, []
        return refused

    def start_again(self) -> None:
        """Note that the connection broke: what has no answer is to be sent again."""
        self.is_open = self.is_stopping = False
        self._unsent = list(self._unanswered)
        self._credit_bytes = 0
        # A resumed stream must go on in the same vector space, or its owner would mix two.
        if self._fingerprint:
            self.opening.open.options.expected_fingerprint = self._fingerprint

    def _open(self, opened: pb.EncodeStreamResponse.Opened) -> None:
        self.is_open = True
        self.dimensions = opened.format.dimensions
        self._fingerprint = opened.format.fingerprint
        self._most_text_bytes = opened.most_text_bytes
        self._credit_bytes = opened.credit_bytes - sum(_cost(text) for _, text in self._unanswered.values())

    def _check(self, text: str) -> None:
        length = byte_length(text)
        if self._most_text_bytes and length > self._most_text_bytes:
            raise TextRefused(
                f"A text may have {self._most_text_bytes} bytes, this one has {length}.",
                reason="TEXT_TOO_LONG",
            )

    def _answer(self, result: pb.ItemResult) -> tuple[Id, Encoded]:
        item_id, text = self._unanswered.pop(result.id)
        self._credit_bytes += _cost(text)
        return item_id, encoded(result, self._fingerprint)


def parcels(items: Iterable[Item]) -> Iterator[pb.EncodeStreamRequest]:
    """Pack items into messages of no more than 64 and, but for a single longer one, no more than 1 MiB."""
    parcel: list[Item] = []
    parcel_bytes = 0
    for item in items:
        parcel_bytes += (item_bytes := item.ByteSize())
        if parcel and (len(parcel) == ITEMS_PER_MESSAGE or parcel_bytes > _MESSAGE_BYTES):
            yield _message(parcel)
            parcel, parcel_bytes = [], item_bytes
        parcel.append(item)
    if parcel:
        yield _message(parcel)


def _message(items: list[Item]) -> pb.EncodeStreamRequest:
    return pb.EncodeStreamRequest(items=pb.EncodeStreamRequest.Items(items=items))


def _cost(text: str) -> int:
    return len(text.encode()) + ITEM_COST_BYTES
