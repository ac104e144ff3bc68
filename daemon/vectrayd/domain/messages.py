"""What the supervisor and a worker process say to each other, and the framing of it on a pipe.

A frame is eight bytes of little-endian length, then a pickle. Both ends are this very program in the same release, run by the
same user, and the worker never unpickles what came from elsewhere; so pickle is as safe here as it is in `multiprocessing`.
"""

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

from vectrayd.domain.columns import Columns
from vectrayd.domain.embedding import Tokens
from vectrayd.domain.errors import VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.options import EncodeOptions, Lane

LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """First message to a worker: load this model."""

    folder: str
    findings: str
    """Folder in which the worker remembers what it finds out about models on this machine."""
    streams: int
    """How many slices to work on at once, each on one thread."""
    device: str = ""
    """Device of torch to run on, such as "cuda"; empty for the best one that is safe to take unasked."""
    exact: bool = False
    """Whether to compute in single precision throughout, though half would be faster."""
    prompts: Mapping[str, str] = field(default_factory=dict)
    """What the model demands before a text, by name, for a folder that does not say it itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRemote:
    """First message to a worker: lend a model that somebody else runs."""

    model: str
    """As its provider calls it."""
    provider: str
    base_url: str
    """Of the provider's interface; empty for the provider's own."""
    key: str = field(repr=False)
    dimensions: int
    max_tokens: int
    tokens_per_day: int
    """How many may be sent from one midnight (UTC) to the next; 0 for no limit."""
    spending: str
    """File in which the worker remembers how many were."""
    streams: int
    """How many requests to have under way at once."""


Order = Load | LoadRemote
"""What a worker is started with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The worker is ready."""

    facts: ModelFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadFailed:
    """The worker cannot load the model and is about to exit."""

    error: VectrayError


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeTexts:
    """Texts to encode together."""

    number: int
    lane: Lane
    options: EncodeOptions
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeDone:
    """The answer to a slice. Columns, because pickling an object for each text would cost more than all else that the supervisor does."""

    number: int
    columns: Columns
    seconds: float
    """That it cost one stream: processor time where the model runs on the processor, else the time that passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizeTexts:
    """Texts to divide into tokens, and no more."""

    number: int
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizeDone:
    """The tokens of each text, in order; or why there are none."""

    number: int
    tokens: tuple[Tokens, ...] | VectrayError


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellTokens:
    """Token ids to turn back into texts."""

    number: int
    ids: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpellDone:
    """The text of each list of ids, in order, None where they are no text's; or why there are none."""

    number: int
    texts: tuple[str | None, ...] | VectrayError


ToWorker = Load | LoadRemote | EncodeTexts | TokenizeTexts | SpellTokens
FromWorker = Loaded | LoadFailed | EncodeDone | TokenizeDone | SpellDone


def framed(message: ToWorker | FromWorker) -> bytes:
    """Return the bytes that carry `message` on a pipe."""
    body = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def unframed(body: bytes) -> object:
    """Return the message of a frame's body."""
    return pickle.loads(body)  # noqa: S301 - from our own child or parent, see above
