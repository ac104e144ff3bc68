"""Which build of torch is installed: on Linux x86-64 the one for the processor alone, unless CUDA was asked for.

There the plain package index gives the CUDA build, which brings several gigabytes of libraries along. Builds for the
processor alone are told by their version, `2.13.0+cpu`; PyTorch has an index of its own for them. Asking pip for a dry run
instead would cost the download that it is to prevent: pip 23.2, which comes with Python 3.11, fetches the whole wheel, 527 MB,
to say what it requires.
"""

import platform
import sys
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPException

from pip_runs import NO_RELEASE, Pip, PipFailedError

CPU_INDEX = "https://download.pytorch.org/whl/cpu"
_REACH_TIMEOUT_SECONDS = 5.0


class NoCpuBuildError(Exception):
    """pip finds no build of torch for the processor alone. The message names the choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TorchChoice:
    """What to ask pip for, and where."""

    requirement: str
    cpu_only: bool
    """Whether builds with CUDA are ruled out."""
    sources: tuple[tuple[str, ...], ...]
    """Arguments for pip, to be tried in this order; no arguments: as pip is configured."""


def choose(
    pin: str,
    *,
    cuda: bool,
    reachable: Callable[[], bool],
    system: str = sys.platform,
    machine: str = platform.machine(),
) -> TorchChoice:
    """Which torch to ask for; `pin` is its version without a local part, `reachable` tells whether CPU_INDEX answers."""
    if cuda:
        return TorchChoice(requirement=f"torch=={pin},!={pin}+cpu", cpu_only=False, sources=((),))
    if (system, machine) != ("linux", "x86_64"):
        return TorchChoice(requirement=f"torch=={pin}", cpu_only=False, sources=((),))
    preferred = (("--index-url", CPU_INDEX),) if reachable() else ()
    return TorchChoice(requirement=f"torch=={pin}+cpu", cpu_only=True, sources=(*preferred, ()))


def install_torch(pip: Pip, choice: TorchChoice) -> None:
    """Install torch, and nothing that it needs.

    Raises:
        NoCpuBuildError: there is none to be found.
        PipFailedError: pip failed for another reason.

    """
    pip.show("looking for torch")
    *preferred, last = choice.sources
    for source in preferred:
        try:
            return pip.install("--no-deps", *source, choice.requirement)
        except PipFailedError:
            continue  # an index that answers may still lack a wheel for this Python, or break off
    try:
        return pip.install("--no-deps", *last, choice.requirement)
    except PipFailedError as failure:
        if choice.cpu_only and failure.reason == NO_RELEASE:
            raise NoCpuBuildError(_explained(choice.requirement)) from failure
        raise


def _explained(requirement: str) -> str:
    return (
        f"pip finds no {requirement} here, and the usual build of torch for Linux brings CUDA along, several gigabytes: take "
        f"that one with `packaging/quickstart.py --cuda`, or let pip find a CPU build, by making {CPU_INDEX} reachable or by "
        "naming a mirror of it or a folder with the wheel: `pip config set global.find-links URL-OR-FOLDER`."
    )


def cpu_index_answers() -> bool:
    """Whether PyTorch's index of CPU builds can be reached."""
    answers = []

    def ask() -> None:
        try:
            address = f"{CPU_INDEX}/torch/"
            with urllib.request.urlopen(address, timeout=_REACH_TIMEOUT_SECONDS):  # noqa: S310 - a constant address
                answers.append(True)
        except (OSError, HTTPException, ValueError):
            return

    # In a thread, because the timeout of a connection does not bound the look-up of its name.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(_REACH_TIMEOUT_SECONDS)
    return bool(answers)
