"""How often everything is looked at although nobody said that anything changed. Pure."""

_WATCHED_SECONDS = 900.0
_UNWATCHED_SECONDS = 60.0
_LONGEST_SECONDS = 3600.0
_WATCHED_SHARE = 0.002
_UNWATCHED_SHARE = 0.01
"""Of one processor, what these looks may take."""


def again_after(took_seconds: float, *, is_watched: bool) -> float:
    """Return the seconds from a look that took so long to the next one.

    Where changes are told, it is for what was never told, every quarter of an hour; where they are not, it is all there is, every
    minute. Big folders are looked at less often, but once an hour at least.
    """
    least, share = (
        (_WATCHED_SECONDS, _WATCHED_SHARE) if is_watched else (_UNWATCHED_SECONDS, _UNWATCHED_SHARE)
    )
    return min(_LONGEST_SECONDS, max(least, took_seconds / share))
