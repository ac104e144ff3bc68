"""What there is to choose, and what was chosen. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from vectray_client.domain import Fault
from vectray_client.speaking.language import Language


class Colours(StrEnum):
    """For which panels the icon is drawn."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Topic(StrEnum):
    """What a notification may be about; each can be switched off."""

    FIRST_INDEX = "first-index"
    """All files are indexed for the first time."""
    PROBLEMS = "problems"
    """Files could not be read, for a reason that is new."""
    FOLDER_GONE = "folder-gone"
    DISK_LOW = "disk-low"


FIRST_INDEX_TOLD = "first-index-told"
"""Noted by the tray itself: it happens once."""
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "language": ("auto", *Language),
    "colours": tuple(Colours),
    **{f"notify.{topic}": ("on", "off") for topic in Topic},
}
"""What a person may choose, and from which words; the first is what holds where nothing was chosen."""
_ALL = {**SETTINGS, FIRST_INDEX_TOLD: ("off", "on")}


class WrongChoice(Fault):
    """There is nothing of that name to choose, or not that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What was chosen."""

    language: Language | None = None
    """None for the system's."""
    colours: Colours = Colours.AUTO
    topics: frozenset[Topic] = frozenset(Topic)
    """That notifications are raised about."""
    is_first_index_told: bool = False
    fault: str = ""
    """Why nothing that was chosen is known, in one sentence."""

    def words(self) -> Mapping[str, str]:
        """Return what holds, by the names of `SETTINGS`."""
        topics = {f"notify.{topic}": "on" if topic in self.topics else "off" for topic in Topic}
        return {"language": self.language or "auto", "colours": self.colours, **topics}


def preferences_in(kept: Mapping[str, object]) -> Preferences:
    """Return what was chosen; what another release wrote and this one does not know is not taken up."""
    chosen = {
        name: words[0] if (word := kept.get(name)) not in words else str(word) for name, words in _ALL.items()
    }
    return Preferences(
        language=None if chosen["language"] == "auto" else Language(chosen["language"]),
        colours=Colours(chosen["colours"]),
        topics=frozenset(topic for topic in Topic if chosen[f"notify.{topic}"] == "on"),
        is_first_index_told=chosen[FIRST_INDEX_TOLD] == "on",
    )


def check_choices(changes: Mapping[str, str]) -> None:
    """Refuse what cannot be chosen.

    Raises:
        WrongChoice: the sentence says what can.

    """
    for name, word in changes.items():
        if name != FIRST_INDEX_TOLD:
            check_name(name)
        if word not in _ALL[name]:
            raise WrongChoice(f"{name} is one of {', '.join(_ALL[name])}, not {word!r}.")


def check_name(name: str) -> None:
    """Refuse a name of no setting.

    Raises:
        WrongChoice: the sentence says which there are.

    """
    if name not in SETTINGS:
        raise WrongChoice(f"There is no setting {name!r}; known are {', '.join(SETTINGS)}.")
