"""What the Linux kernel is to refuse this process: sockets and other programs, whichever library asks for them.

A seccomp filter (https://docs.kernel.org/userspace-api/seccomp_filter.html), which needs no privilege and cannot be taken off.
"""

import ctypes
import errno
import platform
import struct
import sys
from collections.abc import Sequence
from typing import NamedTuple

# Of linux/audit.h, linux/bpf_common.h, linux/prctl.h and linux/seccomp.h.
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_SECCOMP_MODE_FILTER = 2
_LOAD_WORD, _IF_EQUAL, _IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_CALL_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | errno.EPERM
_OTHER_ABI = 0x40000000  # calls of x86-64's 32-bit pointers; no other architecture has such numbers


class _Machine(NamedTuple):
    architecture: int
    refused: Sequence[int]
    """Numbers of: socket, connect, bind, execve, execveat, ptrace, io_uring_setup (a ring opens sockets too)."""


_MACHINES = {
    "x86_64": _Machine(0xC000003E, (41, 42, 49, 59, 322, 101, 425)),
    "aarch64": _Machine(0xC00000B7, (198, 203, 200, 221, 281, 117, 425)),
}


def refuse_network_and_programs() -> bool:
    """From now on, for this thread and those that it starts: whether the system does it."""
    machine = _MACHINES.get(platform.machine()) if sys.platform == "linux" else None
    if machine is None:
        return False
    program = _program(machine)
    instructions = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HP", len(program) // 8, ctypes.addressof(instructions)))
    libc = ctypes.CDLL(None)
    zero = ctypes.c_ulong(0)
    return bool(
        libc.prctl(_PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), zero, zero, zero) == 0
        and libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), header, zero, zero) == 0
    )


def _program(machine: _Machine) -> bytes:
    """Berkeley Packet Filter code: eight bytes an instruction, jumps counted from the next one."""
    refused = machine.refused
    code = [
        (_LOAD_WORD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 0, len(refused) + 3, machine.architecture),
        (_LOAD_WORD, 0, 0, _CALL_NUMBER),
        (_IF_AT_LEAST, len(refused) + 1, 0, _OTHER_ABI),
        *((_IF_EQUAL, len(refused) - at, 0, number) for at, number in enumerate(refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code)
