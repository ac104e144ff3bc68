"""Amounts as a person reads them. Pure."""

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def counted(count: int, noun: str) -> str:
    """Return how many there are of something, such as "1 file" or "2 files"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def size(count: int) -> str:
    """Return bytes in words, such as "412 MB"; nothing at all is nothing worth a word."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 999.5:  # noqa: PLR2004 - what rounds to four digits is said in the next unit
            return f"{amount:.0f} {unit}" if amount >= 10 or unit == "bytes" else f"{amount:.1f} {unit}"  # noqa: PLR2004 - two digits say enough
        amount /= 1000
    return f"{amount:.1f} TB"


def duration(seconds: float) -> str:
    """Return a time in words, such as "9 minutes"; what is shorter than a second is said to be that."""
    for unit_seconds, unit in _UNITS:
        count = round(seconds / unit_seconds)
        if count and seconds >= unit_seconds * 0.995:
            return counted(count, unit)
    return "less than a second"
