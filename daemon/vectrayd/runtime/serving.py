"""A worker's conversation with its supervisor: frames in, work on a few threads, frames out. Knows nothing of any model.

When standard input ends, the supervisor is gone, and so is the worker.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import BinaryIO, Protocol

from vectrayd.domain.columns import columns_of
from vectrayd.domain.embedding import Outcome, Tokens
from vectrayd.domain.errors import ModelFailed, ModelUnavailable, VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.messages import (
    LENGTH,
    EncodeDone,
    EncodeTexts,
    FromWorker,
    Load,
    Loaded,
    LoadFailed,
    LoadRemote,
    Order,
    SpellDone,
    SpellTokens,
    TokenizeDone,
    TokenizeTexts,
    framed,
    unframed,
)
from vectrayd.domain.options import EncodeOptions, Lane
from vectrayd.runtime.halving import Halving
from vectrayd.runtime.waiting import WaitingWork

Work = EncodeTexts | TokenizeTexts | SpellTokens
Waiting = WaitingWork[Work]

_FAILED = 70
"""EX_SOFTWARE of sysexits.h."""

Clock = Callable[[], float]

_BACKGROUND_NICE = 3
"""Of threads that do bulk work: half of what other threads get where they want the same core. With 10, a tenth, queries were no faster and bulk work
lost 5 % (docs/decisions/0011)."""


class Model(Protocol):
    """What a worker lends. All of it may be called from several threads at once."""

    @property
    def facts(self) -> ModelFacts:
        """What is known of it."""
        ...

    def encode(self, texts: Sequence[str], options: EncodeOptions) -> list[Outcome]:
        """Return one outcome for each text, in order."""
        ...

    def tokenize(self, texts: Sequence[str]) -> list[Tokens]:
        """Return each text's tokens, in order."""
        ...

    def spell(self, ids: Sequence[Sequence[int]]) -> list[str | None]:
        """Return the text of each list of token ids, in order; None where the ids are no text's."""
        ...


def serve(load: Callable[[Order], Model]) -> None:
    """Load the model that the first message names, then work until the supervisor hangs up."""
    ears, mouth = _own_pipe()
    send = _Sender(mouth)
    order = _read(ears)
    if not isinstance(order, Load | LoadRemote):
        raise TypeError("a worker's first message is an order")
    # Hanging up must end the worker in the middle of a load too.
    waiting: Waiting = WaitingWork()
    threading.Thread(target=_listen, args=(ears, waiting), daemon=True).start()
    try:
        model = load(order)
    except VectrayError as error:
        send(LoadFailed(error=error))
        return
    except Exception as error:  # noqa: BLE001 - whatever a model's folder can do wrong is an answer, not a silence
        send(LoadFailed(error=ModelUnavailable(f"Loading the model failed ({type(error).__name__}).")))
        return
    send(Loaded(facts=model.facts))
    encode = Halving(model.encode)
    # One thread more, which does no bulk work: somebody who waits for an answer does not wait for a slice of that to end, nor for its
    # share of a core.
    lanes = [Lane.IDLE] * order.streams + [Lane.NORMAL]
    streams = [
        threading.Thread(target=_work_or_end, args=(model, encode, waiting, send, last), daemon=True)
        for last in lanes
    ]
    for stream in streams:
        stream.start()
    for stream in streams:
        stream.join()


def _own_pipe() -> tuple[BinaryIO, BinaryIO]:
    """Take standard input and output for the frames; whatever a library prints goes to standard error instead."""
    ears = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    mouth = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return ears, mouth


class _Sender:
    """Writes whole frames from any thread."""

    def __init__(self, mouth: BinaryIO) -> None:
        self._mouth = mouth
        self._one_at_a_time = threading.Lock()

    def __call__(self, message: FromWorker) -> None:
        frame = framed(message)
        try:
            with self._one_at_a_time:
                self._mouth.write(frame)
                self._mouth.flush()
        except BrokenPipeError:
            os._exit(0)  # likewise when input ends: nobody is left to answer


def _read(ears: BinaryIO) -> object:
    """Return the next message, None at the end."""
    header = ears.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(header)
    return unframed(ears.read(length))


def _listen(ears: BinaryIO, waiting: Waiting) -> None:
    while (message := _read(ears)) is not None:
        if isinstance(message, EncodeTexts):
            waiting.put(message, message.lane)
        elif isinstance(message, TokenizeTexts | SpellTokens):
            waiting.put(message, Lane.INTERACTIVE)
    os._exit(0)  # nobody is left to answer, and a forward pass cannot be interrupted otherwise


def _work_or_end(model: Model, encode: Halving, waiting: Waiting, send: _Sender, last: Lane) -> None:
    try:
        _work(model, encode, waiting, send, last)
    except BaseException as error:  # noqa: BLE001 - its own words may quote a text
        # A stream that ended alone would leave its texts unanswered until somebody lost patience.
        sys.stderr.write(f"a worker ends over {type(error).__name__}\n")
        os._exit(_FAILED)


def _work(model: Model, encode: Halving, waiting: Waiting, send: _Sender, last: Lane) -> None:
    if last > Lane.NORMAL and sys.platform == "linux":  # elsewhere threads have no such thing
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _BACKGROUND_NICE)
    clock = _clock_for(model.facts.device)
    while True:
        work = waiting.take(last=last)
        if isinstance(work, EncodeTexts):
            send(_encoded(encode, work, clock))
        elif isinstance(work, TokenizeTexts):
            send(_tokenized(model, work))
        else:
            send(_spelled(model, work))


def _encoded(encode: Halving, work: EncodeTexts, clock: Clock) -> EncodeDone:
    began = clock()
    columns = columns_of(encode(work.texts, work.options))
    return EncodeDone(number=work.number, columns=columns, seconds=clock() - began)


def _clock_for(device: str) -> Clock:
    """Return the clock that tells what work cost. On a processor that others use too, waiting for it is no cost of the work: slices that are
    cut smaller for it would only cost more. Any other device is waited for, and its work costs the wait.
    """
    return time.thread_time if device == "cpu" else time.monotonic


def _tokenized(model: Model, work: TokenizeTexts) -> TokenizeDone:
    try:
        return TokenizeDone(number=work.number, tokens=tuple(model.tokenize(work.texts)))
    except VectrayError as error:
        return TokenizeDone(number=work.number, tokens=error)
    except BaseException as error:  # noqa: BLE001 - an answer in any case, and a panic in Rust is no `Exception`
        failed = ModelFailed(f"The tokenizer failed ({type(error).__name__}).")
        return TokenizeDone(number=work.number, tokens=failed)


def _spelled(model: Model, work: SpellTokens) -> SpellDone:
    try:
        return SpellDone(number=work.number, texts=tuple(model.spell(work.ids)))
    except VectrayError as error:
        return SpellDone(number=work.number, texts=error)
    except BaseException as error:  # noqa: BLE001 - as above
        failed = ModelFailed(f"The tokenizer failed ({type(error).__name__}).")
        return SpellDone(number=work.number, texts=failed)
