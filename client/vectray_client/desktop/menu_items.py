"""A menu as data: what each backend draws, and what a click asks for. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What a click may ask for. Each is a command as well, and on the page."""

    SEARCH = "search"
    """For `query`, if there is one."""
    WELCOME = "welcome"
    """Whoever has no folder yet; of others nothing comes."""
    OPEN_FILE = "open-file"
    """Of `path`."""
    OPEN_FOLDER = "open-folder"
    SHOW = "show"
    """The page, at `view`."""
    RESCAN = "rescan"
    """All, or `path`."""
    PAUSE = "pause"
    """All, or `path`, for `seconds`, 0 for ever."""
    PAUSE_UNTIL_TOMORROW = "pause-until-tomorrow"
    RESUME = "resume"
    """All, or `path`."""
    RUN_ANYWAY = "run-anyway"
    UNLOAD_MODEL = "unload-model"
    """`model`."""
    START = "start"
    """Agent and daemon."""
    QUIT_TRAY = "quit-tray"
    QUIT_ALL = "quit-all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a click asks for."""

    verb: Verb
    query: str = ""
    path: str = ""
    view: str = ""
    model: str = ""
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A line of the menu."""

    key: str
    """What it is, whatever it says and wherever it stands: a click on a menu that has changed meanwhile still means the same."""
    label: str = ""
    """Empty for a separator."""
    order: Order | None = None
    """None for a line that only tells something, and for one that opens a menu of its own."""
    is_default: bool = False
    """Whether a plain click on the icon asks for it."""
    children: tuple["Item", ...] = ()

    @property
    def is_separator(self) -> bool:
        """Whether it only parts others."""
        return not self.label


Menu = Sequence[Item]


def walk(menu: Menu) -> Iterator[Item]:
    """Yield every line, those of inner menus after the one that opens them."""
    for item in menu:
        yield item
        yield from walk(item.children)
