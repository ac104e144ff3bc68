"""A short text, Chinese and English, that every format of the tests holds."""

from typing import NamedTuple


class Part(NamedTuple):
    """A heading (level 1 to 6), a paragraph (level 0), or a row of a table (cells)."""

    text: str = ""
    level: int = 0
    cells: tuple[str, ...] = ()


STORY = (
    Part("The garden book 园艺手记", 1),
    Part("第一节：播种", 2),
    Part("春天把种子撒在湿润的土里，上面盖一层薄薄的细沙。“不要心急”，祖父说。"),
    Part("Tomatoes want warmth; keep them behind glass until the last frost has gone."),
    Part(cells=("plant 植物", "month 月份")),
    Part(cells=("leek 韭葱", "March 三月")),
    Part("Watering & weeding", 2),
    Part("Water early in the morning, <never> at noon."),
    Part("杂草要连根拔起，否则一场雨之后又会长出来。"),
)
SENTENCES = tuple(part.text for part in STORY if part.text and not part.level)
HEADINGS = tuple(part.text for part in STORY if part.level)


def flat(part: Part) -> str:
    """The part on one line."""
    return part.text or " | ".join(part.cells)
