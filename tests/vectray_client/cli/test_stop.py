import subprocess
import sys

import psutil
import pytest

from vectray_client.cli.stop import end

WAIT = "import signal, sys, time; {}; print('ready', flush=True); time.sleep(60)"


@pytest.mark.parametrize(
    ("preparation", "expected"),
    [
        ("pass", "vectrayd has stopped"),
        (
            "signal.signal(signal.SIGTERM, signal.SIG_IGN)",
            "vectrayd did not stop within 0 seconds and was killed; nothing is lost",
        ),
    ],
)
def test_a_daemon_goes_one_way_or_the_other(preparation: str, expected: str) -> None:
    """It is asked, waited for, and ended if it does not listen; the person is told which."""
    command = [sys.executable, "-c", WAIT.format(preparation)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        patience = 10 if preparation == "pass" else 0.3
        assert end(psutil.Process(process.pid), name="vectrayd", patience_seconds=patience) == expected
        assert process.wait(timeout=5) < 0
