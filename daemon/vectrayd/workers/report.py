"""Where a model stands, as the fleet tells it."""

from dataclasses import dataclass

from vectrayd.domain.errors import VectrayError
from vectrayd.domain.facts import ModelFacts
from vectrayd.workers.worker import Worker


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Where a model stands now."""

    worker: Worker | None = None
    """The worker that is ready."""
    loading: str = ""
    """What is done to load it, in a few words for a person; empty if nothing is."""
    loading_seconds: float = 0.0
    failure: VectrayError | None = None
    """Why its last start failed, or how its worker died."""
    retry_seconds: float = 0.0
    """Until a request may try again."""
    unloads_seconds: float = 0.0
    """Until it is unloaded if nobody uses it; 0 where it is not loaded, or is busy, or stays."""
    facts: ModelFacts | None = None
    """What its last worker reported of it."""

    @property
    def can_be_had(self) -> bool:
        """Whether a request would be served, as far as is known: not while it rests after a failure, or comes back from one."""
        return self.failure is None or not (self.retry_seconds or self.loading)
