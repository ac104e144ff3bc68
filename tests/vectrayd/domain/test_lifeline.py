import subprocess
import sys

_WAITS = "from vectrayd.domain.lifeline import end_with_input; import time; end_with_input(); time.sleep(60)"


def test_a_process_ends_with_its_input() -> None:
    """Though it is busy with something else."""
    with subprocess.Popen([sys.executable, "-c", _WAITS], stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b"a line is no end\n")
        process.stdin.close()
        assert process.wait(timeout=10) == 0
