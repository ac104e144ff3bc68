"""The virtual environment `.venv` in the project's folder: made when needed, mended when broken, otherwise left alone."""

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from pip_runs import Pip, PipFailedError, ProgressLine
from torch_build import NoCpuBuildError, choose, cpu_index_answers, install_torch

ROOT = Path(__file__).resolve().parent.parent

_PROBE = """
import sys, importlib.metadata as m, pip
if sys.prefix == sys.base_prefix:
    sys.exit("no virtual environment")
print(*sys.version_info[:2], next((d.version for d in m.distributions(name="torch")), ""))
"""


class SetUpError(Exception):
    """The environment could not be set up. The message is for the person at the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where things lie in a virtual environment. On Windows the folders have other names; that was not tried."""

    folder: Path

    @property
    def scripts(self) -> Path:
        """The folder of the programs."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def program(self, name: str) -> Path:
        """The path of an installed program, `python` included."""
        return self.scripts / (f"{name}.exe" if os.name == "nt" else name)

    @property
    def stamp(self) -> Path:
        """Written when an installation is complete."""
        return self.folder / "vectray-stamp.json"

    @property
    def unfinished(self) -> Path:
        """Exists while an installation runs, and after one was killed."""
        return self.folder / "vectray-unfinished"

    @property
    def log(self) -> Path:
        """What pip had to say."""
        return self.folder / "vectray-install.log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """What an environment was made from."""

    folder: str
    """Programs in an environment carry its path, so a moved one does not work."""
    python: tuple[int, ...]
    """Major and minor version."""
    inputs: str
    """SHA-256 of the files that say what to install."""
    extras: tuple[str, ...]
    """Sorted."""
    cuda: bool
    """Whether torch with CUDA was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a script asks for."""

    root: Path
    """The project's folder."""
    extras: frozenset[str]
    cuda: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What the environment's own Python says of itself."""

    python: tuple[int, ...]
    """Major and minor version."""
    torch: str
    """Installed version; empty if torch is missing."""


def set_up(*, extras: Iterable[str], cuda: bool = False, root: Path = ROOT) -> Environment:
    """Make sure that `root/.venv` holds Vectray with these extras, from the sources in `root`.

    Takes a tenth of a second if nothing changed since the last time.

    Raises:
        SetUpError: it could not be done; the message says why.

    """
    environment = Environment(folder=root / ".venv")
    order = Order(root=root, extras=frozenset(extras), cuda=cuda)
    try:
        _mend_or_make(environment, order)
    except PipFailedError as failure:
        raise SetUpError(_explained(failure, environment)) from failure
    except (NoCpuBuildError, OSError) as problem:
        raise SetUpError(f"Vectray could not be installed: {problem}") from problem
    return environment


def flaw(environment: Environment, probed: Probed | None, stamp: Stamp | None) -> str:
    """Why the environment must be made anew, in a few words; empty if it can be used or added to."""
    faults = (
        (not environment.folder.exists(), "there is none yet"),
        (environment.unfinished.exists(), "the last set-up was interrupted"),
        (probed is None, "its Python or pip does not start"),
        (probed and probed.python < (3, 11), "its Python is too old"),
        (stamp and stamp.folder != str(environment.folder), "its folder was moved"),
        (stamp and probed and stamp.python != probed.python, "its Python was replaced by another version"),
    )
    return next((reason for is_so, reason in faults if is_so), "")


def wanted_stamp(environment: Environment, probed: Probed, old: Stamp | None, order: Order) -> Stamp:
    """What the environment shall be. Extras and CUDA that are there already stay, so that the scripts can share it."""
    return Stamp(
        folder=str(environment.folder),
        python=probed.python,
        inputs=inputs_hash(order.root),
        extras=tuple(sorted(order.extras.union(old.extras if old else ()))),
        cuda=order.cuda or bool(old and old.cuda),
    )


def inputs_hash(root: Path) -> str:
    """SHA-256 over the files that say what to install."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "packaging/constraints.txt"):
        digest.update(hashlib.sha256((root / name).read_bytes()).digest())
    return digest.hexdigest()


def read_stamp(environment: Environment) -> Stamp | None:
    """The stamp of the last complete installation; None if there is none, or none that this version can read."""
    try:
        fields = json.loads(environment.stamp.read_text(encoding="utf-8"))
        return Stamp(**{**fields, "python": tuple(fields["python"]), "extras": tuple(fields["extras"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def probe(environment: Environment) -> Probed | None:
    """Ask the environment's Python what it is; None if it does not answer or belongs elsewhere."""
    try:
        answer = subprocess.run(
            [environment.program("python"), "-I", "-X", "utf8", "-c", _PROBE],
            capture_output=True,
            encoding="utf-8",
            check=True,
            timeout=60,
        )
        major, minor, *torch = answer.stdout.split()
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Probed(python=(int(major), int(minor)), torch="".join(torch))


def torch_is_missing(installed: str, pin: str, *, cuda: bool) -> bool:
    """Whether torch has to be installed: it is not there, has another version, or lacks the CUDA that was asked for."""
    version, _, local = installed.partition("+")
    return version != pin or (cuda and local == "cpu")


def torch_pin(root: Path) -> str:
    """The version of torch in the constraints."""
    constraints = (root / "packaging" / "constraints.txt").read_text(encoding="utf-8")
    (version,) = re.findall(r"^torch==(\S+)$", constraints, re.MULTILINE)
    return str(version)


def _mend_or_make(environment: Environment, order: Order) -> None:
    probed, old = probe(environment), read_stamp(environment)
    reason = flaw(environment, probed, old)
    if probed and not reason:
        wanted = wanted_stamp(environment, probed, old, order)
        try:
            return None if old == wanted else _fill(environment, probed, wanted, order.root)
        except PipFailedError as failure:
            if failure.reason:
                raise
            reason = "pip could not add to the old one"
    probed = _make(environment, reason)
    return _fill(environment, probed, wanted_stamp(environment, probed, None, order), order.root)


def _make(environment: Environment, reason: str) -> Probed:
    print(f"Making the Python environment {environment.folder} ({reason}).", flush=True)
    made = subprocess.run(
        [sys.executable, "-I", "-m", "venv", "--clear", environment.folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    probed = probe(environment) if made.returncode == 0 else None
    if probed is None:
        raise SetUpError(
            f"The Python environment {environment.folder} could not be made:\n{made.stdout.strip()}"
        )
    return probed


def _fill(environment: Environment, probed: Probed, wanted: Stamp, root: Path) -> None:
    extras = ",".join(wanted.extras)
    print(f"Installing Vectray [{extras}]; the first time takes a few minutes.", flush=True)
    environment.stamp.unlink(missing_ok=True)
    environment.unfinished.touch()
    progress = ProgressLine()
    pip = Pip(python=environment.program("python"), log=environment.log, show=progress.show)
    pin = torch_pin(root)
    try:
        if torch_is_missing(probed.torch, pin, cuda=wanted.cuda):
            install_torch(pip, choose(pin, cuda=wanted.cuda, reachable=cpu_index_answers))
        pip.install("-c", str(root / "packaging" / "constraints.txt"), "-e", f"{root}[{extras}]")
    except (PipFailedError, NoCpuBuildError):
        environment.unfinished.unlink()  # pip ended by itself, and cleanly
        raise
    finally:
        progress.clear()
    environment.stamp.write_text(json.dumps(asdict(wanted)), encoding="utf-8")
    environment.unfinished.unlink()


def _explained(failure: PipFailedError, environment: Environment) -> str:
    reason = failure.reason or "no usual reason; the lines above may say more."
    return f"{failure.tail}\nVectray could not be installed: {reason}\nAll of pip's output: {environment.log}"
