"""What a request of the page asks for, read from its address and its body. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from vectray_client.web.references import References
from vectray_client.web.refusals import Refused

_MOST_MILLISECONDS = 2**53
"""The greatest whole number that a page can count to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request."""

    references: References
    """What the page was shown."""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Of the address, after its question mark."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Of the body."""

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text; without a default it has to be there, and to say something.

        Raises:
            Refused: it is not a text, as with every method here.

        """
        value = self.words.get(name, [self.fields.get(name, default)])[-1]
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise Refused(f"`{name}` is missing, or no text.")
        return _sound(value, name)

    def texts(self, name: str) -> list[str]:
        """Return all the texts of a name that may be given several times."""
        return [_sound(value, name) for value in self.words.get(name, ()) if value]

    def number(self, name: str, *, least: int = 0, most: int, default: int = 0) -> int:
        """Return a whole number."""
        value = self.words.get(name, [self.fields.get(name, default)])[-1]
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 16:  # noqa: PLR2004 - digits of 2**53
            value = int(value)
        if type(value) is not int or not least <= value <= most:  # to Python a truth value is a number
            raise Refused(f"`{name}` is a whole number from {least} to {most}.")
        return value

    def flag(self, name: str) -> bool:
        """Return whether something is wanted: `1` in an address, `true` in a body."""
        value = self.words.get(name, [self.fields.get(name, False)])[-1]
        if value not in ("", "0", "1", True, False):
            raise Refused(f"`{name}` is 0 or 1.")
        return value in ("1", True)

    def moment_ms(self, name: str, *, is_end: bool = False) -> int:
        """Return a Unix time in milliseconds, given as such, as a time or as a day here; 0 if none is given. `is_end` means the day's end."""
        value = self.text(name, "")
        if not value or (value.isascii() and value.isdigit()):
            return self.number(name, most=_MOST_MILLISECONDS) if value else 0
        try:
            moment = datetime.fromisoformat(value)
            if is_end and len(value) <= len("2026-11-22"):
                moment += timedelta(days=1)
            milliseconds = round(moment.astimezone().timestamp() * 1000)
        except (ValueError, OverflowError, OSError):
            raise Refused(f"`{name}` is no day like 2026-11-22.") from None
        return max(1, milliseconds)


def fields_of(body: bytes) -> Mapping[str, Any]:
    """Read a body.

    Raises:
        Refused: it is not one JSON object.

    """
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused("The body is no JSON.") from None  # the parser's words quote it
    if not isinstance(fields, dict):
        raise Refused("The body is one JSON object.")
    return fields


def _sound(text: str, name: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        pass  # the error quotes the text, so not even its traceback may go on
    else:
        return text
    raise Refused(f"`{name}` has half of a surrogate pair, which is no character.")
