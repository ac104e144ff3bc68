"""What the daemon counts of its own work, in Prometheus' text format.

Labels are names of calls, codes, lanes and models of the catalogue: never anything that a client chose, so neither does their number
grow nor does a text show up in them. The registry is our own; the library's global one would also show what other code put there.
"""

from collections.abc import Collection, Iterable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from vectrayd.domain.options import Lane
from vectrayd.scheduling.agenda import Waiting
from vectrayd.scheduling.model_queue import Ran
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.workers.fleet import Fleet
from vectrayd.workers.machine import rss_bytes

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60)
"""Upper bounds of the histograms: from a lookup to a model that must be loaded first."""
OTHER = "other"
"""Stands for every call that no service has."""


class Metrics:
    """Counts; an `Observer` of calls, and `ran` is told of slices."""

    def __init__(self, methods: Collection[str]) -> None:
        """`methods` are the calls that are told apart."""
        self._methods = frozenset(methods)
        self._registry = registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        self._open = Gauge("vectrayd_calls_open", "Calls under way.", ["method"], registry=registry)
        self._calls = Counter("vectrayd_calls", "Calls that ended.", ["method", "code"], registry=registry)
        self._call_seconds = Histogram(
            "vectrayd_call_seconds", "How long calls took.", ["method"], buckets=_SECONDS, registry=registry
        )
        work = ["model", "lane"]
        self._texts = Counter("vectrayd_texts", "Texts that went through a model.", work, registry=registry)
        self._failed = Counter(
            "vectrayd_texts_failed", "Those that ended in an error.", work, registry=registry
        )
        self._tokens = Counter("vectrayd_tokens", "Tokens of those texts.", work, registry=registry)
        self._model_seconds = Histogram(
            "vectrayd_slice_seconds",
            "What a slice of texts cost a model: processor time, or on other devices the time that passed.",
            work,
            buckets=_SECONDS,
            registry=registry,
        )

        self._waited = Histogram(
            "vectrayd_waited_seconds",
            "How long a slice's oldest text waited for the model.",
            work,
            buckets=_SECONDS,
            registry=registry,
        )

    def began(self, method: str) -> None:
        """Note that a call came in."""
        self._open.labels(self._known(method)).inc()

    def ended(self, method: str, code: str, seconds: float) -> None:
        """Note that a call ended."""
        name = self._known(method)
        self._open.labels(name).dec()
        self._calls.labels(name, code).inc()
        self._call_seconds.labels(name).observe(seconds)

    def ran(self, ran: Ran) -> None:
        """Note that a slice of texts came back from a model."""
        labels = ran.model, ran.lane.name.lower()
        self._texts.labels(*labels).inc(ran.texts)
        self._failed.labels(*labels).inc(ran.failed)
        self._tokens.labels(*labels).inc(ran.tokens)
        self._model_seconds.labels(*labels).observe(ran.seconds)
        self._waited.labels(*labels).observe(ran.waited_seconds)

    def watch(self, scheduler: Scheduler, fleet: Fleet) -> None:
        """Show from now on what waits, and which workers run."""
        self._registry.register(_Now(scheduler, fleet))

    def text(self) -> bytes:
        """Return all of it, as Prometheus reads it."""
        return generate_latest(self._registry)

    def _known(self, method: str) -> str:
        return method if method in self._methods else OTHER


class _Now(Collector):
    """What is so at the moment somebody asks."""

    def __init__(self, scheduler: Scheduler, fleet: Fleet) -> None:
        self._scheduler = scheduler
        self._fleet = fleet

    def collect(self) -> Iterable[Metric]:
        """Yield each gauge."""
        waiting = dict.fromkeys(Lane, Waiting(0, 0.0)) | dict(self._scheduler.waiting())
        items = {lane.name.lower(): now.items for lane, now in waiting.items()}
        seconds = {lane.name.lower(): now.seconds for lane, now in waiting.items()}
        yield _gauge("vectrayd_waiting_texts", "Texts that wait.", "lane", items)
        yield _gauge("vectrayd_waiting_seconds", "The work that they come to.", "lane", seconds)
        room = GaugeMetricFamily("vectrayd_waiting_bytes", "What unanswered texts are counted as.")
        room.add_metric([], self._scheduler.room_bytes)
        yield room
        starts = CounterMetricFamily("vectrayd_worker_starts", "Workers that came up.", labels=["model"])
        for model, count in self._fleet.starts().items():
            starts.add_metric([model], count)
        yield starts
        workers = self._fleet.running()
        yield _gauge("vectrayd_worker_up", "Whether the model is loaded.", "model", dict.fromkeys(workers, 1))
        memory = {model: rss_bytes(worker.pid) for model, worker in workers.items()}
        yield _gauge("vectrayd_worker_resident_memory_bytes", "Memory of its process.", "model", memory)


def _gauge(name: str, meaning: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
