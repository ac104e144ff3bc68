"""What the page may name: documents and places in them, under ids that tell nothing and cannot be guessed.

A page that could send paths could be made to open any file. It sends the id of something that it was shown.
"""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from collections import OrderedDict
from dataclasses import dataclass

from vectray_client.opening.places import NOWHERE, Place
from vectray_client.web.refusals import Refused

_MOST_IDS = 20_000
"""Some thousand answers, or ten maps: what a page shows, and what it showed in a day before."""
_ID_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A document, and a place in it."""

    path: str
    start: int = 0
    """Character in the extracted text."""
    place: Place = NOWHERE
    """The same as other programs count."""
    modified_ns: int | None = None
    """When the file was changed that was shown, in Unix time; None where that does not matter."""


class References:
    """The ids of one session. The same place has the same id; those that were not used for longest are forgotten."""

    def __init__(self, *, most: int = _MOST_IDS) -> None:
        self._most = most
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[str, Reference] = OrderedDict()

    def id_of(self, reference: Reference) -> str:
        """Return the id of a place, which is known from now on."""
        name = f"{reference.start}\0{reference.path}".encode()
        digest = hashlib.blake2b(name, key=self._key, digest_size=_ID_BYTES).digest()
        given = urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
        self._known[given] = reference
        self._known.move_to_end(given)
        if len(self._known) > self._most:
            self._known.popitem(last=False)
        return given

    def find(self, given: str) -> Reference:
        """Return the place that an id stands for.

        Raises:
            Refused: it stands for none, or for none any more.

        """
        if given not in self._known:
            raise Refused("This is not known any more: search again.", status=404, code="UNKNOWN_ID")
        self._known.move_to_end(given)
        return self._known[given]
