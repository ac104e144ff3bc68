"""What the person has chosen for the tray, looked at again now and then: the page and a command write it, too."""

from collections.abc import Mapping
from pathlib import Path

from vectray_client.desktop.pictures import Panel
from vectray_client.desktop.words import words_in
from vectray_client.preferences.choices import FIRST_INDEX_TOLD, Colours, Preferences
from vectray_client.preferences.kept import NotKept, keep_preferences, read_preferences
from vectray_client.speaking.catalogue import Catalogue
from vectray_client.speaking.language import Language, system_language

_PANELS = {Colours.LIGHT: Panel.LIGHT, Colours.DARK: Panel.DARK}


class Taste:
    """What holds now. May be read from any thread."""

    def __init__(self, file: Path, *, environment: Mapping[str, str]) -> None:
        self._file = file
        self._system_language = system_language(environment)
        self._seen = _state(file)
        self.preferences: Preferences = read_preferences(file)

    @property
    def language(self) -> Language:
        """That the tray speaks."""
        return self.preferences.language or self._system_language

    @property
    def words(self) -> Catalogue:
        """All words, in that language."""
        return words_in(self.language)

    @property
    def panel(self) -> Panel | None:
        """What the icon is drawn for; None where that is left to the desktop."""
        return _PANELS.get(self.preferences.colours)

    def look(self) -> bool:
        """Read the file if it has changed, and return whether something else holds now."""
        seen = _state(self._file)
        if seen == self._seen:
            return False
        self._seen, former = seen, self.preferences
        self.preferences = read_preferences(self._file)
        return self.preferences != former

    def note_first_index(self) -> None:
        """Note that the end of the first index was told. Where that cannot be written it may be told again."""
        try:
            self.preferences = keep_preferences(self._file, {FIRST_INDEX_TOLD: "on"})
        except (NotKept, OSError):
            return


def _state(file: Path) -> tuple[int, int] | None:
    """What differs when the file was written."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino
