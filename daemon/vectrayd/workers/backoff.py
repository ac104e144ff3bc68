"""When a model that could not be loaded is tried again. Pure."""

from dataclasses import dataclass

from vectrayd.domain.errors import VectrayError

_FIRST_SECONDS = 1.0
_LONGEST_SECONDS = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a model has no worker."""

    error: VectrayError
    failures: int
    """Costly attempts in a row that came to nothing."""
    until: float
    """Monotonic seconds before which it is not tried again."""


def after_failure(previous: Trouble | None, error: VectrayError, *, costly: bool, now: float) -> Trouble:
    """Return what an attempt leaves that failed: 1, 2, 4 ... 60 seconds of rest if it started a process.

    A cheap one, which found files missing say, may be repeated at once: the person may have mended it by now.
    """
    failures = (previous.failures if previous else 0) + costly
    return Trouble(error=error, failures=failures, until=now + rest_seconds(failures) if costly else now)


def rest_seconds(failures: int) -> float:
    """Return the seconds to wait after `failures` costly attempts in a row."""
    # The exponent is bounded so that no number of failures is too large to compute.
    return min(_LONGEST_SECONDS, _FIRST_SECONDS * 2.0 ** min(failures - 1, 10))
