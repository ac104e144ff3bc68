"""Python in namespaces of its own, where limits and mounts concern nobody else. Linux; needs no rights."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

import pytest

UNSHARE = shutil.which("unshare")


def output_of(code: str, *arguments: str, before: str = "true") -> Sequence[str]:
    """The lines that some code prints; `before` is what the shell does first, with the arguments as $1 and so on.

    Skips the test on a system that gives nobody a namespace.
    """
    command = [str(UNSHARE), "--user", "--map-root-user", "--mount"]
    if UNSHARE is None or subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
        pytest.skip("no namespaces here")
    ended = subprocess.run(
        [*command, "sh", "-c", f'{before} && exec "$PYTHON" -c "$CODE" "$@"', "sh", *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "PYTHON": sys.executable, "CODE": code},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()
