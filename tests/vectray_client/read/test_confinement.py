import signal
import subprocess
import sys
from pathlib import Path

import pytest


def _run(code: str) -> subprocess.CompletedProcess[str]:
    script = f"from vectray_client.read.confinement import bound_processor_time, confine\n{code}"
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=False
    )


def test_a_hanging_process_ends_without_anyone_to_end_it() -> None:
    """Whoever started it may be gone."""
    assert _run("bound_processor_time(seconds=0.1)\nwhile True: pass").returncode == -signal.SIGXCPU


def test_memory_ends_at_its_bound() -> None:
    """Not where the machine's ends."""
    done = _run(
        "confine(address_bytes=300_000_000)\nbytearray(100_000_000)\nprint('half')\nbytearray(300_000_000)"
    )
    assert (done.stdout, done.stderr.splitlines()[-1]) == ("half\n", "MemoryError")


def test_no_file_can_be_written(tmp_path: Path) -> None:
    """Neither what a library would cache nor a core dump."""
    path = tmp_path / "file"
    done = _run(
        f"confine(address_bytes=1_000_000_000)\nwith open({str(path)!r}, 'wb') as file: file.write(b'text')"
    )
    assert "File too large" in done.stderr
    assert path.read_bytes() == b""


def test_it_is_ended_even_in_the_middle_of_c_code() -> None:
    """A pattern that takes for ever holds Python's own handling of the signal up."""
    code = (
        "import re, signal\nsignal.signal(signal.SIGTERM, lambda *_: None)\nconfine(address_bytes=1_000_000_000)\n"
        "print('busy', flush=True)\nre.fullmatch('(a|a)*b', 'a' * 60)"
    )
    script = f"from vectray_client.read.confinement import confine\n{code}"
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "busy\n"
        program.terminate()
        assert program.wait(timeout=5) == -signal.SIGTERM


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.execv('/bin/true', ['true'])",
        "import os; os.posix_spawn('/bin/true', ['true'], {})",
        "import os; os.fork()",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
    ],
)
def test_python_itself_opens_no_connection_and_starts_no_program(attempt: str) -> None:
    """On every system, whatever its kernel can do."""
    script = f"""
from vectray_client.read.confinement import confine
confine(address_bytes=1_000_000_000)
try:
    {attempt}
except OSError as error:
    print(str(error).replace("<urlopen error ", "")[:3])
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "no \n"
