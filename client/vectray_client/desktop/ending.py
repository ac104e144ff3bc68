"""Ends the tray when a signal says so, whatever its main thread is waiting for."""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator

_NUMBERS = (signal.SIGTERM, signal.SIGINT)


@contextlib.contextmanager
def ended_by_signals(end: Callable[[], None]) -> Iterator[None]:
    """Have `end` called, in another thread, for each SIGTERM and SIGINT. To be entered in the main thread.

    Python's own handlers run only when the main thread comes around to them. It never does where it has just begun to wait for a lock,
    or where another thread got the signal; what `signal.set_wakeup_fd` names is written to at once.
    """
    told, tells = socket.socketpair()
    tells.settimeout(0)  # a handler must never wait
    former = {number: signal.signal(number, lambda *_: None) for number in _NUMBERS}
    former_file = signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
    listener = threading.Thread(target=_listen, args=(told, end), name="signals", daemon=True)
    listener.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(former_file)
        for number, handler in former.items():
            signal.signal(number, handler)
        tells.close()
        listener.join()
        told.close()


def _listen(told: socket.socket, end: Callable[[], None]) -> None:
    while number := told.recv(1):  # nothing more comes once the other side is closed
        if number[0] in _NUMBERS:
            end()
