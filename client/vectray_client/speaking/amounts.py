"""Durations, sizes and shares, short enough for a menu. Pure."""

import math

from vectray_client.speaking.language import Language

_STEPS = (
    (86_400, 36 * 3_600, {Language.EN: "{} days", Language.ZH: "{} 天"}),
    (3_600, 90 * 60, {Language.EN: "{} h", Language.ZH: "{} 小时"}),
    (60, 90, {Language.EN: "{} min", Language.ZH: "{} 分钟"}),
    (1, 0, {Language.EN: "{} s", Language.ZH: "{} 秒"}),
)
"""Seconds in a unit, from how many on it is used, and its words. One and a half is where the coarser unit says enough."""
_ABOUT = {Language.EN: "about {}", Language.ZH: "约 {}"}
_UNITS = ("B", "kB", "MB", "GB", "TB")
_THOUSAND = 999.5
"""What rounds to four digits is said in the next unit."""
_TEN = 9.95
"""From here on two digits say enough."""


def duration(seconds: float, language: Language) -> str:
    """Return a time such as "6 min" or "6 分钟"; never nothing."""
    unit, _, words = next(step for step in _STEPS if max(seconds, 1) >= step[1])
    return words[language].format(max(1, round(seconds / unit)))


def about(seconds: float, language: Language) -> str:
    """Return an estimated time such as "about 6 min" or "约 6 分钟"."""
    return _ABOUT[language].format(duration(seconds, language))


def size(count: int) -> str:
    """Return bytes such as "1.2 GB", the same in every language."""
    amount, unit = float(count), 0
    while amount >= _THOUSAND and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit and amount < _TEN else f"{amount:,.0f} {_UNITS[unit]}"


def percent(share: float) -> str:
    """Return a share of 0 to 1 such as "15%", rounded down: what is not done is not said to be."""
    return f"{math.floor(min(max(share, 0.0), 1.0) * 100 + 1e-9)}%"
