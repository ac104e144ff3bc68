"""`vectrayd`: flags to configuration, configuration to objects, then run until told to stop. The only place that wires."""

import asyncio
import dataclasses
import logging
import signal
import sys
from collections.abc import Sequence

from vectrayd.config import BadConfig, Config, read_config
from vectrayd.domain.errors import UnknownModel
from vectrayd.models.catalogue import Catalogue, read_catalogue
from vectrayd.models.library import Library
from vectrayd.models.orders import Orders
from vectrayd.models.pull import Puller
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport.desk import Desk
from vectrayd.transport.door import AlreadyRunning, CannotListen, clear, identity, only_daemon, wait_lost
from vectrayd.transport.embedding_service import EmbeddingService
from vectrayd.transport.model_service import ModelService
from vectrayd.transport.server import Server
from vectrayd.transport.state import State
from vectrayd.transport.watching import keep_health
from vectrayd.workers.budget import expected_bytes
from vectrayd.workers.fleet import Fleet, Limits
from vectrayd.workers.machine import forbid_core_dumps
from vectrayd.workers.worker import COMMAND

_log = logging.getLogger("vectrayd")

_ALREADY_RUNNING = 75
"""EX_TEMPFAIL of sysexits.h: a client that lost a race to start the daemon knows by it that there is one."""


def main(arguments: Sequence[str] | None = None, *, worker_command: Sequence[str] = COMMAND) -> int:
    """Run the daemon in the foreground; return its exit status. `worker_command` starts each of its workers."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        config = read_config(sys.argv[1:] if arguments is None else arguments)
        catalogue = _catalogue(config)
        forbid_core_dumps()
        with only_daemon(config.places):
            asyncio.run(_serve(config, catalogue, worker_command))
    except AlreadyRunning as error:
        return _fail(str(error), _ALREADY_RUNNING)
    except (BadConfig, UnknownModel, CannotListen) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(f"{error.filename}: {error.strerror}." if error.filename else f"{error}.")
    return 0


def _fail(sentence: str, status: int = 1) -> int:
    sys.stderr.write(f"vectrayd: {sentence}\n")
    return status


def _catalogue(config: Config) -> Catalogue:
    catalogue = read_catalogue(config.places.models, config.models)
    return dataclasses.replace(catalogue, default=catalogue.resolve(config.model).name)


def _limits(config: Config, catalogue: Catalogue) -> Limits:
    by_model = {catalogue.resolve(name).name: seconds for name, seconds in config.keep_alive.by_model.items()}
    keep_alive = dataclasses.replace(config.keep_alive, by_model=by_model)
    return Limits(keep_alive=keep_alive, budget_bytes=config.memory_budget_bytes)


async def _serve(config: Config, catalogue: Catalogue, worker_command: Sequence[str]) -> None:
    places = config.places
    library = Library(places.models, config.hub.cache)
    orders = Orders(
        catalogue,
        library,
        config.models,
        streams=config.streams,
        findings=places.model_findings,
        spending=places.provider_spending,
        provider_key=config.provider_key,
    )
    fleet = Fleet(
        orders.order_for,
        command=worker_command,
        limits=_limits(config, catalogue),
        estimate=lambda model: expected_bytes(catalogue.resolve(model).memory_bytes),
        is_wanted=lambda model: scheduler.activity(model).texts > 0,
    )
    scheduler = Scheduler(fleet, streams=config.streams, most_waiting_bytes=config.most_waiting_bytes)
    state = State(catalogue, orders, fleet, scheduler)
    server = Server(
        EmbeddingService(Desk(catalogue, fleet, scheduler)),
        ModelService(catalogue, fleet, state, Puller(places.models, library, config.hub)),
    )
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    socket = places.daemon_socket
    await server.start(socket)
    _log.info("serving on %s", socket)
    health = asyncio.create_task(keep_health(state, fleet.changes, server.tell_health))
    bound = identity(socket)
    lost = asyncio.create_task(wait_lost(socket))
    lost.add_done_callback(lambda _: stop.set())
    await stop.wait()
    lost.cancel()
    health.cancel()
    _log.info("stopping")
    await asyncio.gather(
        server.stop(grace_seconds=config.grace_seconds), scheduler.stop(grace_seconds=config.grace_seconds)
    )
    await fleet.stop_all()
    clear(places, bound)


if __name__ == "__main__":
    sys.exit(main())
