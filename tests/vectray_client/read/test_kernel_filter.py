import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in {"x86_64", "aarch64"}, reason="no filter here"
)


def _run(code: str) -> str:
    script = (
        "import ctypes, os, socket, threading\n"
        "from vectray_client.read.kernel_filter import refuse_network_and_programs\n"
        f"libc = ctypes.CDLL(None, use_errno=True)\n{code}"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    return done.stdout


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"])
def test_no_library_gets_a_socket(family: str) -> None:
    """Not even one that asks the C library, past Python; before the filter it did."""
    ask = f"print(libc.socket(socket.{family}, socket.SOCK_DGRAM, 0) >= 0, ctypes.get_errno())\n"
    assert _run(f"{ask}print(refuse_network_and_programs())\n{ask}") == "True 0\nTrue\nFalse 1\n"


def test_no_program_is_started() -> None:
    """A process that was taken over cannot go on as another one."""
    code = """
refuse_network_and_programs()
try:
    os.execv("/bin/sh", ["sh", "-c", "echo started"])
except PermissionError:
    print("refused")
"""
    assert _run(code) == "refused\n"


def test_an_open_connection_is_of_no_use() -> None:
    """A socket from before can neither be connected nor be bound."""
    code = """
before = socket.socket()
refuse_network_and_programs()
for use in (before.connect, before.bind):
    try:
        use(("127.0.0.1", 9))
    except PermissionError:
        print("refused")
"""
    assert _run(code) == "refused\nrefused\n"


def test_threads_and_files_are_as_before() -> None:
    """Parsers need them."""
    code = """
refuse_network_and_programs()
thread = threading.Thread(target=lambda: print(open("/dev/null").read() == "", libc.socket(2, 1, 0)))
thread.start()
thread.join()
"""
    assert _run(code) == "True -1\n"
