"""Many measurements in the few numbers that a table shows. Pure."""

import math
import statistics
from collections.abc import Sequence


def median_and_range(values: Sequence[float], *, digits: int = 2) -> str:
    """Say `4.41 (4.20 to 4.62)`."""
    return (
        f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} to {max(values):.{digits}f})"
        if len(values) > 1
        else f"{values[0]:.{digits}f}"
    )


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least `share` (0 to 1) of all values do not exceed: the nearest rank, nothing interpolated."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def jain(shares: Sequence[float]) -> float:
    """Return Jain's index, 1 where all shares are equal, 1/n where one has it all: Jain, Chiu and Hawe, DEC-TR-301, 1984."""
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else 0.0


def row(*cells: object) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(map(str, cells))} |"
