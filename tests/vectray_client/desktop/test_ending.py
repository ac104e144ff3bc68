import os
import signal
import subprocess
import sys

import pytest

WAITING = """
import signal, sys, threading
from vectray_client.desktop.ending import ended_by_signals
ending = threading.Event()

def kill(number):
    signal.pthread_kill(threading.get_ident(), number)  # not the main thread, which waits on

with ended_by_signals(ending.set):
    threading.Thread(target=kill, args=(int(sys.argv[1]),)).start()
    ending.wait()
print("ended", signal.getsignal(signal.SIGTERM) is signal.SIG_DFL, signal.set_wakeup_fd(-1))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_what_waits_for_a_lock(number: signal.Signals) -> None:
    """Also when the main thread, which alone runs Python's handlers, is never woken by it; what was there before is there again."""
    ended = subprocess.run(
        [sys.executable, "-c", WAITING, str(int(number))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert ended.stdout.split() == ["ended", "True", "-1"]
