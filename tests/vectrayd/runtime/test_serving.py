import subprocess

from tests.light_worker import command

from vectrayd.domain.messages import LENGTH, EncodeTexts, Load, framed
from vectrayd.domain.options import EncodeOptions, Lane


def test_a_worker_whose_supervisor_is_gone_ends_without_a_word() -> None:
    """It may learn of that by an answer that nobody takes: no traceback lands in the daemon's log."""
    piped = subprocess.PIPE
    with subprocess.Popen(command(), stdin=piped, stdout=piped, stderr=piped) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert worker.stderr is not None
        worker.stdin.write(framed(Load(folder="m", findings="", streams=1)))
        worker.stdin.flush()
        assert worker.stdout.read(LENGTH.size)
        worker.stdout.close()
        texts = EncodeTexts(number=1, lane=Lane.NORMAL, options=EncodeOptions(), texts=("a text",))
        worker.stdin.write(framed(texts))
        worker.stdin.flush()
        assert worker.wait(10) == 0
        assert worker.stderr.read() == b""
