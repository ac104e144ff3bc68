"""What a reader process may use of the machine. All of it ends what libraries would not end by themselves."""

import contextlib
import os
import signal
import sys
from math import ceil

from vectray_client.read.kernel_filter import refuse_network_and_programs

if sys.platform != "win32":
    import resource

_NICENESS = 10  # reading is never more urgent than what the person is doing


# What Python tells its audit hooks (PEP 578) before it opens a connection or starts a program.
_REFUSED_EVENTS = frozenset(
    [
        "socket.__new__",
        "socket.connect",
        "socket.bind",
        "socket.getaddrinfo",
        "socket.gethostbyname",
        "subprocess.Popen",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.system",
        "os.startfile",
        "os.startfile/2",
        "pty.spawn",
    ]
)


def confine(*, address_bytes: int) -> None:
    """Bound this process for good: its priority, its address space, no file written, no network, no other program.

    What the system cannot bound is not. On Linux (x86-64, ARM64) the kernel refuses sockets and programs, whoever asks;
    elsewhere Python does, and a C library that opens a socket by itself is not held back.
    """
    sys.addaudithook(_refuse)
    refuse_network_and_programs()
    # Python would handle a SIGTERM only after the C code that hangs has come back.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Threads of the tokenizer would compete with people's own work, and their stacks count against the memory. The
    # library has no other switch.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if sys.platform == "win32":
        return
    os.nice(_NICENESS)
    # No core files with people's texts in them.
    wanted = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_AS: address_bytes}
    for kind, limit in wanted.items():
        # macOS knows RLIMIT_AS and refuses to set it.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (limit, limit))


def _refuse(event: str, _: tuple[object, ...]) -> None:
    if event in _REFUSED_EVENTS:
        raise PermissionError(f"no {event} in a process that reads files")


def bound_processor_time(*, seconds: float) -> None:
    """From now on: whoever counts the seconds for this process may be killed while it hangs."""
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        soft = ceil(usage.ru_utime + usage.ru_stime + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
