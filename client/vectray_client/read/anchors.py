"""Where passages start whatever stands before: an edit moves passages no further than to the next such place."""

from collections import deque
from collections.abc import Sequence
from itertools import accumulate


def anchors(ranks: Sequence[bytes], tokens: Sequence[int], *, reach_tokens: int) -> list[bool]:
    """For each unit, whether its rank is the least of all that start within `reach_tokens` before or after its own start.

    Of equal ranks the first counts as less. Empty ranks are no candidates, nor is what is nearer than that to either end of
    the text. So anchors are at least `reach_tokens` apart, and an edit makes or unmakes none that is further away from it.
    (Content-defined chunking by local extremes: Zhang et al., AE, INFOCOM 2015; here of whole paragraphs.)
    """
    *starts, end = accumulate(tokens, initial=0)
    mirrored = [end - start for start in reversed(starts)]
    before = _least_before(ranks, starts, reach_tokens, yields_to_equal=True)
    after = _least_before(ranks[::-1], mirrored, reach_tokens, yields_to_equal=False)[::-1]
    return [
        reach_tokens <= start <= end - reach_tokens and is_least_before and is_least_after
        for start, is_least_before, is_least_after in zip(starts, before, after, strict=True)
    ]


def _least_before(
    ranks: Sequence[bytes], starts: Sequence[int], reach: int, *, yields_to_equal: bool
) -> list[bool]:
    """For each, whether it is a candidate and none that starts less than `reach` before it is in its way."""
    least: list[bool] = []
    window: deque[int] = deque()  # candidates by rising rank: only these can be the least of any later window
    for at, rank in enumerate(ranks):
        while window and starts[at] - starts[window[0]] >= reach:
            window.popleft()
        while (
            rank
            and window
            and (rank < ranks[window[-1]] or (rank == ranks[window[-1]] and not yields_to_equal))
        ):
            window.pop()
        least.append(bool(rank) and not window)
        if rank:
            window.append(at)
    return least
