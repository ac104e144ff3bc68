"""`vectrayd`: flags to configuration, configuration to objects, then run until told to stop. The only place that wires."""

import asyncio
import contextlib
import dataclasses
import logging
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from vectray.places import make_private
from vectrayd.config import BadConfig, Config, read_config
from vectrayd.domain.errors import UnknownModel
from vectrayd.models.catalogue import Catalogue, read_catalogue
from vectrayd.models.library import Library
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport.desk import Desk
from vectrayd.transport.embedding_service import EmbeddingService
from vectrayd.transport.model_service import ModelService
from vectrayd.transport.server import Server
from vectrayd.workers.fleet import Fleet

_log = logging.getLogger("vectrayd")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the daemon in the foreground; return its exit status."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        config = read_config(sys.argv[1:] if arguments is None else arguments)
        catalogue = _catalogue(config)
        with _only_daemon(config):
            asyncio.run(_serve(config, catalogue))
    except (BadConfig, UnknownModel, AlreadyRunning, PermissionError) as error:
        print(f"vectrayd: {error}", file=sys.stderr)  # noqa: T201 - a program's last words
        return 1
    return 0


class AlreadyRunning(Exception):
    """Another daemon serves this user."""


@contextlib.contextmanager
def _only_daemon(config: Config) -> Iterator[None]:
    """Hold the lock of this user's daemon. Taken before the socket is bound: binding would steal a running daemon's path."""
    places = config.places
    make_private(places.runtime)
    lock = FileLock(places.daemon_lock)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        raise AlreadyRunning(f"vectrayd is already running{_pid_words(places.daemon_pid)}.") from None
    try:
        places.daemon_pid.write_text(str(os.getpid()), "ascii")
        yield
    finally:
        places.daemon_socket.unlink(missing_ok=True)
        places.daemon_pid.unlink(missing_ok=True)
        lock.release()


def _pid_words(file: Path) -> str:
    with contextlib.suppress(OSError):
        return f" (process {file.read_text('ascii')})"
    return ""


def _catalogue(config: Config) -> Catalogue:
    catalogue = read_catalogue()
    return dataclasses.replace(catalogue, default=catalogue.resolve(config.model).name)


async def _serve(config: Config, catalogue: Catalogue) -> None:
    library = Library(config.places.models)
    fleet = Fleet(
        lambda model: library.folder(catalogue.resolve(model)),
        findings=config.places.model_findings,
        streams=config.streams,
    )
    scheduler = Scheduler(fleet, streams=config.streams, most_waiting_bytes=config.most_waiting_bytes)
    server = Server(
        EmbeddingService(Desk(catalogue, fleet, scheduler)),
        ModelService(catalogue, library, fleet),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await server.start(config.places.daemon_socket)
    _log.info("serving on %s", config.places.daemon_socket)
    await stop.wait()
    _log.info("stopping")
    await asyncio.gather(
        server.stop(grace_seconds=config.grace_seconds), scheduler.stop(grace_seconds=config.grace_seconds)
    )
    await fleet.stop_all()


if __name__ == "__main__":
    sys.exit(main())
