"""How the daemon and its models stand, as messages of the contract: one place for List, Get, Load and Watch."""

import math
import os
import time

from vectray import CONTRACT_REVISION
from vectray.v1 import models_pb2 as pb
from vectrayd import __version__
from vectrayd.domain.facts import ModelFacts
from vectrayd.domain.kinds import ModelKind
from vectrayd.models.catalogue import Catalogue
from vectrayd.models.entry import Entry
from vectrayd.models.orders import Orders
from vectrayd.scheduling.scheduler import Activity, Scheduler
from vectrayd.transport import wire
from vectrayd.workers.fleet import Fleet
from vectrayd.workers.machine import rss_bytes
from vectrayd.workers.report import Report
from vectrayd.workers.worker import Worker

_KINDS = {
    ModelKind.EMBEDDING: pb.MODEL_KIND_EMBEDDING,
    ModelKind.RERANKER: pb.MODEL_KIND_RERANKER,
}


class State:
    """Looks at everything, changes nothing."""

    def __init__(self, catalogue: Catalogue, orders: Orders, fleet: Fleet, scheduler: Scheduler) -> None:
        self._catalogue = catalogue
        self._orders = orders
        self._fleet = fleet
        self._scheduler = scheduler
        self._started = time.monotonic()

    def whole(self) -> pb.ModelServiceWatchResponse:
        """Tell everything."""
        lanes = [
            pb.ModelServiceWatchResponse.LaneLoad(lane=lane.name.lower(), items=items, seconds=seconds)
            for lane, (items, seconds) in self._scheduler.waiting().items()
        ]
        return pb.ModelServiceWatchResponse(daemon=self.daemon(), models=self.models(), lanes=lanes)

    def is_busy(self) -> bool:
        """Whether anything goes on that changes by itself."""
        return any(map(self._is_changing, self._fleet.known()))

    def can_serve_default(self) -> bool:
        """Whether a request for the default model would be served, as far as is known; it may have to be loaded first."""
        report = self._fleet.report(self._catalogue.default)
        if report.worker:
            return True
        return report.can_be_had and self._orders.standing(self._catalogue.resolve("")).present

    def daemon(self) -> pb.Daemon:
        """Tell about the daemon itself."""
        workers = self._fleet.running().values()
        return pb.Daemon(
            version=__version__,
            contract_revision=CONTRACT_REVISION,
            pid=os.getpid(),
            rss_bytes=rss_bytes(os.getpid()) + sum(rss_bytes(worker.pid) for worker in workers),
            uptime_seconds=time.monotonic() - self._started,
        )

    def models(self) -> list[pb.Model]:
        """Tell about all models, the default first, of rerankers too, then by name."""
        models = map(self.model, self._catalogue.entries.values())
        return sorted(models, key=lambda model: (not model.is_default, model.kind, model.name.casefold()))

    def model(self, entry: Entry) -> pb.Model:
        """Tell about one model."""
        model = described(entry)
        model.is_default = entry.name in (self._catalogue.default, self._catalogue.reranker)
        report = self._fleet.report(entry.name)
        if report.facts:
            _describe(model, report.facts)
        if report.worker:
            self._describe_running(model, report.worker)
            model.unloads_in_seconds = report.unloads_seconds
            if entry.leaves_machine:
                model.state_reason = self._orders.standing(entry).reason
        elif report.loading:
            model.state, model.activity = pb.MODEL_STATE_LOADING, _loading_words(report)
        elif report.failure:
            model.state, model.state_reason = pb.MODEL_STATE_FAILED, _failure_words(report)
        else:
            standing = self._orders.standing(entry)
            model.state = pb.MODEL_STATE_AVAILABLE if standing.present else pb.MODEL_STATE_ABSENT
            model.state_reason = standing.reason
        return model

    def _describe_running(self, model: pb.Model, worker: Worker) -> None:
        facts, activity = worker.facts, self._scheduler.activity(model.name)
        model.state = pb.MODEL_STATE_DEGRADED if facts.fallback_reason else pb.MODEL_STATE_READY
        model.state_reason = facts.fallback_reason
        model.device = facts.device
        model.precision = facts.precision
        model.rss_bytes = rss_bytes(worker.pid)
        model.activity = _working_words(activity, facts.kind)
        model.tokens_per_second = activity.tokens_per_second

    def _is_changing(self, model: str) -> bool:
        activity = self._scheduler.activity(model)
        return bool(activity.slices or activity.texts or self._fleet.report(model).loading)


def described(entry: Entry) -> pb.Model:
    """Return what is known of a model before it is loaded; its state is for others to add."""
    return pb.Model(
        name=entry.name,
        kind=_KINDS[entry.kind],
        dimensions=entry.dimensions,
        max_tokens=entry.max_tokens,
        prompts=entry.prompts,
        languages=entry.languages,
        licence=entry.licence,
        source=entry.source,
        pooling=entry.pooling,
        download_bytes=entry.download_bytes,
        memory_bytes=entry.memory_bytes,
        leaves_machine=entry.leaves_machine,
        outputs=wire.outputs(entry.outputs),
        facts_source=entry.facts,
        smaller_dimensions=entry.matryoshka,
        good_for=entry.good_for,
    )


def _describe(model: pb.Model, facts: ModelFacts) -> None:
    model.fingerprint = facts.fingerprint
    model.dimensions = facts.dimensions
    model.max_tokens = facts.max_tokens
    model.outputs[:] = wire.outputs(facts.outputs)
    model.prompts.clear()
    model.prompts.update(facts.prompts)


def _working_words(activity: Activity, kind: ModelKind) -> str:
    if not activity.slices:
        return "idle"
    waiting = f", {activity.texts} texts wait" if activity.texts else ""
    return f"{'scoring' if kind is ModelKind.RERANKER else 'encoding'}{waiting}"


def _loading_words(report: Report) -> str:
    return f"{report.loading}, {report.loading_seconds:.0f} s"


def _failure_words(report: Report) -> str:
    if not report.retry_seconds:
        return str(report.failure)
    return f"{report.failure} It is tried again in {math.ceil(report.retry_seconds)} s."
