"""What a reader process may use of the machine. All of it ends what libraries would not end by themselves."""

import contextlib
import os
import signal
import sys
from math import ceil

if sys.platform != "win32":
    import resource

_NICENESS = 10  # reading is never more urgent than what the person is doing


def confine(*, memory_bytes: int) -> None:
    """Bound this process for good: its priority, its address space, and no file written. Where the system cannot, not."""
    # Python would handle a SIGTERM only after the C code that hangs has come back.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Threads of the tokenizer would compete with people's own work, and their stacks count against the memory. The
    # library has no other switch.
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    if sys.platform == "win32":
        return
    os.nice(_NICENESS)
    # No core files with people's texts in them.
    wanted = {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_AS: memory_bytes}
    for kind, limit in wanted.items():
        # macOS knows RLIMIT_AS and refuses to set it.
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (limit, limit))


def bound_processor_time(*, seconds: float) -> None:
    """From now on: whoever counts the seconds for this process may be killed while it hangs."""
    if sys.platform != "win32":
        usage = resource.getrusage(resource.RUSAGE_SELF)
        soft = ceil(usage.ru_utime + usage.ru_stime + seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))
