"""The real daemon without a heavy model: supervisor, queues, sockets and worker processes as they are, only the model is a checksum.

    python -m tests.light_daemon HOME/run/vectrayd.sock [--text-seconds=0.1]

`HOME` is what `VECTRAY_HOME` would be. Every name of the catalogue is the model of `light_worker.py`, which takes the other options.
Ready in a second.
"""

import contextlib
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import DEVNULL, Popen

from vectray.places import Places, find_places
from vectray_client.sdk.rendezvous import is_listening
from vectrayd.__main__ import main as vectrayd
from vectrayd.models.catalogue import read_catalogue

_WORKER = Path(__file__).with_name("light_worker.py")
_START_SECONDS = 30.0

_MODULES = '[{"type": "sentence_transformers.models.Pooling", "path": ""}]'
"""What the daemon knows a model's folder by; a module without weights."""


def command(home: Path, **options: object) -> list[str]:
    """Return the command that starts the daemon of `home`; the options are its workers': `text_seconds=1` for `--text-seconds=1`."""
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
    return [sys.executable, "-P", __file__, str(places(home).daemon_socket), *flags]


def places(home: Path) -> Places:
    """Return where the daemon of `home` is found."""
    return find_places({"VECTRAY_HOME": str(home)})


@contextlib.contextmanager
def running(home: Path, **options: object) -> Iterator[Popen[bytes]]:
    """Run the daemon of `home`; it listens once the block begins."""
    socket = places(home).daemon_socket
    with Popen(command(home, **options), stderr=DEVNULL) as process:
        try:
            until = time.monotonic() + _START_SECONDS
            while not is_listening(socket):
                if process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("the light daemon did not start")
                time.sleep(0.02)
            yield process
        finally:
            process.terminate()


def main(socket: str, *flags: str) -> int:
    """Run the daemon in the foreground; return its exit status. `flags` are its workers'."""
    home = Path(socket).absolute().parent.parent
    own = places(home)
    if own.daemon_socket != Path(socket).absolute():
        sys.exit("the socket is HOME/run/vectrayd.sock")
    for name in read_catalogue().entries:
        folder = own.models / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "modules.json").write_text(_MODULES, "ascii")
        (folder / "tokenizer.json").write_text("{}", "ascii")
    os.environ["VECTRAY_HOME"] = str(home)
    return vectrayd([], worker_command=(sys.executable, "-P", str(_WORKER), *flags))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
