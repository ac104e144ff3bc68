"""`vectrayd`: flags to configuration, configuration to objects, then run until told to stop. The only place that wires."""

import asyncio
import dataclasses
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vectray.places import Places
from vectrayd.config import Config, read_config
from vectrayd.config.given import BadConfig
from vectrayd.domain.errors import InvalidOption, UnknownModel
from vectrayd.domain.kinds import ModelKind
from vectrayd.models.catalogue import Catalogue, read_catalogue
from vectrayd.models.library import Library
from vectrayd.models.orders import Orders
from vectrayd.models.pull import Puller
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport.desk import Desk
from vectrayd.transport.doors import Address, Door, HttpDoor, UnsafeDoor
from vectrayd.transport.embedding_service import EmbeddingService
from vectrayd.transport.logs import start_logging
from vectrayd.transport.model_service import ModelService
from vectrayd.transport.observing import Nobody, Observer
from vectrayd.transport.presence import (
    AlreadyRunning,
    CannotListen,
    announce,
    clear,
    identity,
    only_daemon,
    wait_lost,
)
from vectrayd.transport.server import Server
from vectrayd.transport.state import State
from vectrayd.transport.tokens import token_of
from vectrayd.transport.watching import keep_health
from vectrayd.workers.budget import expected_bytes
from vectrayd.workers.fleet import Fleet, Limits
from vectrayd.workers.machine import forbid_core_dumps
from vectrayd.workers.worker import COMMAND

if TYPE_CHECKING:
    from vectrayd.transport.http.listener import Listener
    from vectrayd.transport.metrics import Metrics

_log = logging.getLogger("vectrayd")

_ALREADY_RUNNING = 75
"""EX_TEMPFAIL of sysexits.h: a client that lost a race to start the daemon knows by it that there is one."""
_UNSAFE = 78
"""EX_CONFIG of sysexits.h: as it is configured, strangers could come in."""


class Part(Protocol):
    """What runs until it is told to stop."""

    async def stop(self, *, grace_seconds: float) -> None:
        """Take nothing new, give what runs `grace_seconds`, then cut it off."""
        ...


def main(arguments: Sequence[str] | None = None, *, worker_command: Sequence[str] = COMMAND) -> int:
    """Run the daemon in the foreground; return its exit status. `worker_command` starts each of its workers."""
    try:
        config = read_config(sys.argv[1:] if arguments is None else arguments)
        start_logging(config.log_format, config.log_level)
        catalogue = _catalogue(config)
        forbid_core_dumps()
        with only_daemon(config.places):
            asyncio.run(_serve(config, catalogue, worker_command))
    except AlreadyRunning as error:
        return _fail(str(error), _ALREADY_RUNNING)
    except UnsafeDoor as error:
        return _fail(str(error), _UNSAFE)
    except (BadConfig, InvalidOption, UnknownModel, CannotListen) as error:
        return _fail(str(error))
    except OSError as error:
        return _fail(
            f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror or error}."
        )
    return 0


def _fail(sentence: str, status: int = 1) -> int:
    sys.stderr.write(f"vectrayd: {sentence}\n")
    return status


def _catalogue(config: Config) -> Catalogue:
    catalogue = read_catalogue(config.places.models, config.models)
    for name in config.models:
        catalogue.resolve(name)  # what is said of a model that does not exist was meant for another
    reranker = catalogue.chosen(config.reranker, ModelKind.RERANKER).name if config.reranker else ""
    default = catalogue.chosen(config.model, ModelKind.EMBEDDING).name
    return dataclasses.replace(catalogue, default=default, reranker=reranker)


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
        device=config.device,
        exact=config.is_exact,
        findings=places.model_findings,
        spending=places.provider_spending,
        provider_key=config.provider_key,
    )
    metrics = _metrics(config)
    observer = metrics or Nobody()
    fleet = Fleet(
        orders.order_for,
        command=worker_command,
        limits=_limits(config, catalogue),
        estimate=lambda model: expected_bytes(catalogue.resolve(model).memory_bytes),
        is_wanted=lambda model: scheduler.activity(model).texts > 0,
    )
    scheduler = Scheduler(
        fleet, orders.pacing_for, most_waiting_bytes=config.most_waiting_bytes, tell=observer.ran
    )
    state = State(catalogue, orders, fleet, scheduler)
    desk = Desk(catalogue, fleet, scheduler)
    server = Server(
        EmbeddingService(desk),
        ModelService(catalogue, fleet, state, Puller(places.models, library, config.hub)),
        observer,
        has_reflection=config.reflection,
    )
    stop = _told_to_stop()
    parts: list[Part] = [server, scheduler]
    if config.has_unix_socket:
        await server.start(places.daemon_socket)
        _log.info("serving on %s", places.daemon_socket)
    health = asyncio.create_task(keep_health(state, fleet.changes, server.tell_health))
    bound = identity(places.daemon_socket)
    try:
        if config.listen:
            await _open(server, config.listen, places)
        if config.http:
            parts.append(
                await _serve_http(
                    config.http, places, observer, desk=desk, catalogue=catalogue, orders=orders
                )
            )
        if config.metrics and metrics:
            metrics.watch(scheduler, fleet)
            parts.append(await _show(metrics, config.metrics))
        await _wait_stop(stop, places.daemon_socket if config.has_unix_socket else places.daemon_address)
        _log.info("stopping")
    finally:
        health.cancel()
        await asyncio.gather(*(part.stop(grace_seconds=config.grace_seconds) for part in parts))
        await fleet.stop_all()
        clear(places, bound)


def _told_to_stop() -> asyncio.Event:
    """Return what is set by the signals that end the daemon."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        # Not the loop's own way to handle signals, because Windows' loop has none.
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    return stop


async def _wait_stop(stop: asyncio.Event, door: Path) -> None:
    """Wait until the daemon is told to stop, or nobody can find it any more."""
    lost = asyncio.create_task(wait_lost(door))
    lost.add_done_callback(lambda _: stop.set())
    await stop.wait()
    lost.cancel()


async def _open(server: Server, door: Door, places: Places) -> None:
    port = await server.open(door, token_of(door.token_file))
    address = dataclasses.replace(door.address, port=port)
    announce(places.daemon_address, address)
    _log.info("serving gRPC on %s", address)


async def _serve_http(
    door: HttpDoor, places: Places, observer: Observer, *, desk: Desk, catalogue: Catalogue, orders: Orders
) -> "Listener":
    from vectrayd.transport.http.servers import embeddings_listener  # noqa: PLC0415 - paid for by who asks for it

    token = token_of(door.door.token_file)
    listener = embeddings_listener(door, token, observer, desk=desk, catalogue=catalogue, orders=orders)
    address = await listener.start()
    announce(places.daemon_http_address, address)
    _log.info("serving HTTP on %s", address)
    return listener


def _metrics(config: Config) -> "Metrics | None":
    if config.metrics is None:
        return None
    from vectrayd.transport.http.servers import make_metrics  # noqa: PLC0415 - likewise

    return make_metrics()


async def _show(metrics: "Metrics", address: Address) -> "Listener":
    from vectrayd.transport.http.servers import metrics_listener  # noqa: PLC0415 - likewise

    listener = metrics_listener(address, metrics)
    _log.info("showing metrics on %s", await listener.start())
    return listener


if __name__ == "__main__":
    sys.exit(main())
