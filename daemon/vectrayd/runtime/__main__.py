"""A worker process: `python -m vectrayd.runtime`, started by the supervisor and by nobody else.

It hears frames on standard input and answers on standard output (see `vectrayd.domain.messages`). When standard input ends, its
supervisor is gone, and so is it.
"""

import os
import queue
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from vectrayd.domain.embedding import Outcome
from vectrayd.domain.errors import ModelFailed, ModelUnavailable, VectrayError
from vectrayd.domain.messages import (
    LENGTH,
    FromWorker,
    Load,
    Loaded,
    LoadFailed,
    Slice,
    SliceDone,
    framed,
    unframed,
)
from vectrayd.runtime.encoder import Encoder

Waiting = queue.PriorityQueue[tuple[int, int, Slice]]


def main() -> None:
    """Load the model that the first message names, then encode slices until the supervisor hangs up."""
    ears, mouth = _own_pipe()
    send = _Sender(mouth)
    order = _read(ears)
    if not isinstance(order, Load):
        raise TypeError("a worker's first message is Load")
    # Hanging up must end the worker in the middle of a load too.
    waiting: Waiting = queue.PriorityQueue()
    threading.Thread(target=_listen, args=(ears, waiting), daemon=True).start()
    try:
        from vectrayd.runtime.loading import load  # noqa: PLC0415 - imports torch: only after the listener stands

        encoder = load(Path(order.folder), Path(order.findings))
    except VectrayError as error:
        send(LoadFailed(error=error))
        return
    except Exception as error:  # noqa: BLE001 - whatever a model's folder can do wrong is an answer, not a silence
        send(LoadFailed(error=ModelUnavailable(f"Loading the model failed ({type(error).__name__}).")))
        return
    send(Loaded(facts=encoder.facts))
    streams = [
        threading.Thread(target=_work, args=(encoder, waiting, send), daemon=True)
        for _ in range(order.streams)
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
        with self._one_at_a_time:
            self._mouth.write(frame)
            self._mouth.flush()


def _read(ears: BinaryIO) -> object:
    """Return the next message, None at the end."""
    header = ears.read(LENGTH.size)
    if len(header) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(header)
    return unframed(ears.read(length))


def _listen(ears: BinaryIO, waiting: Waiting) -> None:
    while (message := _read(ears)) is not None:
        if isinstance(message, Slice):
            # Smaller lanes overtake; the number keeps the order within a lane.
            waiting.put((message.lane, message.number, message))
    os._exit(0)  # nobody is left to answer, and a forward pass cannot be interrupted otherwise


def _work(encoder: Encoder, waiting: Waiting, send: _Sender) -> None:
    while True:
        _, _, work = waiting.get()
        send(SliceDone(number=work.number, outcomes=_outcomes(encoder, work)))


def _outcomes(encoder: Encoder, work: Slice) -> tuple[Outcome, ...]:
    try:
        return tuple(encoder.encode(work.texts, work.options))
    except VectrayError as error:
        return (error,) * len(work.texts)
    except Exception as error:  # noqa: BLE001 - every slice is answered, whatever happened inside it
        return (ModelFailed(f"The model failed on this slice ({type(error).__name__})."),) * len(work.texts)


if __name__ == "__main__":
    main()
