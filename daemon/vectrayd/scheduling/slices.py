"""Which waiting jobs make the next slice. Pure.

A slice goes to a worker whole and cannot be interrupted, so its size bounds how long an interactive query may have to wait.
"""

from collections.abc import Sequence

from vectrayd.scheduling.jobs import Job

SLICE_BYTES = 4096
"""About a thousand tokens, in Chinese as in English. Measured with both shipped models: half of it costs 8 to 14 % of the throughput, twice
as much gains at most 7 % and makes a query wait twice as long (docs/figures/encode.md)."""


def choose_slice(waiting: Sequence[Job], *, budget_bytes: int = SLICE_BYTES) -> list[Job]:
    """Return the jobs of `waiting`, oldest first, that should run together: never none unless none waits.

    The oldest job is always among them, so nothing starves; the others have its options and are closest to it in length, because
    unlike lengths in one batch are padding. Together they stay within `budget_bytes`, unless the oldest alone is larger.
    """
    if not waiting:
        return []
    oldest = waiting[0]
    mates = sorted(
        # Texts of one stream share the very same options; comparing all fields is for the others.
        (job for job in waiting[1:] if job.options is oldest.options or job.options == oldest.options),
        key=lambda job: abs(job.size_bytes - oldest.size_bytes),
    )
    chosen, left = [oldest], budget_bytes - oldest.size_bytes
    for job in mates:
        if job.size_bytes > left:
            break
        chosen.append(job)
        left -= job.size_bytes
    return chosen
