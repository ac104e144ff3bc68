"""Times as people type them: a day, a month, a year, or how long ago. Pure."""

import re
from datetime import datetime, timedelta
from typing import Final

LATEST_NS: Final = 2**63 - 1
"""In the year 2262; SQLite's integers go no further."""

_DAY = re.compile(
    r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2})日?|月)?|年)?", re.ASCII
)
_AGO = re.compile(r"(?P<count>\d{1,4})(?P<unit>h|d|w|m|y|小时|天|日|周|个?月|年)", re.ASCII | re.IGNORECASE)
_HOURS: Final = {"h": 1, "d": 24, "w": 7 * 24, "m": 30 * 24, "y": 365 * 24}
_UNITS: Final = {"小时": "h", "天": "d", "日": "d", "周": "w", "月": "m", "个月": "m", "年": "y"}


def times(word: str, now: datetime) -> tuple[int, int] | None:
    """The Unix times in ns at which a day, month or year (`2026-11-01`, `2026-11`, `2026年`) begins and has ended.

    Days begin at midnight in the time zone of `now`. For a time ago (`12h`, `7d`, `3天`, `2w`, `6m`, `1y`) both are that moment. None
    for what is no time.
    """
    try:
        if found := _DAY.fullmatch(word):
            first, next_ = _bounds(
                *(int(part) if part else 0 for part in found.group("year", "month", "day"))
            )
            return _ns(first.replace(tzinfo=now.tzinfo)), _ns(next_.replace(tzinfo=now.tzinfo))
        if found := _AGO.fullmatch(word):
            unit = found["unit"].lower()
            moment = now - timedelta(hours=int(found["count"]) * _HOURS[_UNITS.get(unit, unit)])
            return _ns(moment), _ns(moment)
    except (ValueError, OverflowError):
        pass  # a thirteenth month, or a day before there were any
    return None


def _bounds(year: int, month: int, day: int) -> tuple[datetime, datetime]:
    """Midnight at the beginning and at the end; a month or day of 0 was not given."""
    first = datetime(year, month or 1, day or 1)  # noqa: DTZ001 - its zone is the caller's business
    if day:
        return first, first + timedelta(days=1)
    if month:
        return first, datetime(year + month // 12, month % 12 + 1, 1)  # noqa: DTZ001 - as above
    return first, datetime(year + 1, 1, 1)  # noqa: DTZ001 - as above


def _ns(moment: datetime) -> int:
    return max(0, min(int(moment.timestamp()) * 1_000_000_000, LATEST_NS))
