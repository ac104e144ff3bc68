"""Random words that stand for what somebody writes, put into every place of a message that can hold them."""

import secrets
from dataclasses import dataclass, field

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

_TEXT_FIELDS = frozenset({"text", "texts"})


def _word(kind: str) -> str:
    return f"{kind}{secrets.token_hex(8)}"


@dataclass(frozen=True)
class Canaries:
    """One of each kind."""

    text: str = field(default_factory=lambda: _word("text"))
    """In texts and vectors: nobody sees them, not even in an error to the caller."""
    name: str = field(default_factory=lambda: _word("name"))
    """In names that a caller chooses: an error may give them back, nothing may keep them."""
    header: str = field(default_factory=lambda: _word("header"))
    """In headers and wrong tokens: as with texts."""

    @property
    def untold(self) -> tuple[str, str]:
        """Those that no answer may have."""
        return self.text, self.header

    @property
    def unwritten(self) -> tuple[str, str, str]:
        """Those that nothing may keep."""
        return self.text, self.name, self.header

    def fill(self, message: Message, *, turn: int, is_named: bool) -> None:
        """Fill a message; `turn` chooses among alternatives, and names are left out unless `is_named`."""
        for one in message.DESCRIPTOR.fields:
            choices = one.containing_oneof
            if choices is None or choices.fields[turn % len(choices.fields)] is one:
                self._fill(message, one, turn=turn, is_named=is_named)

    def _fill(self, message: Message, one: FieldDescriptor, *, turn: int, is_named: bool) -> None:
        if one.type == one.TYPE_MESSAGE:
            inner = getattr(message, one.name)
            self.fill(inner.add() if one.is_repeated else inner, turn=turn, is_named=is_named)
        elif one.type == one.TYPE_STRING and (is_named or one.name in _TEXT_FIELDS):
            word = self.text if one.name in _TEXT_FIELDS else self.name
            if one.is_repeated:
                getattr(message, one.name).append(word)
            else:
                setattr(message, one.name, word)
        elif one.type == one.TYPE_BYTES:
            setattr(message, one.name, self.text.encode())
        elif one.type == one.TYPE_UINT32 and one.name in {"rows", "columns"}:
            setattr(message, one.name, turn)
