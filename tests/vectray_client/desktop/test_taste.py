from pathlib import Path

from vectray_client.desktop.pictures import Panel
from vectray_client.desktop.taste import Taste
from vectray_client.preferences.kept import keep_preferences, read_preferences
from vectray_client.speaking.language import Language


def test_what_is_chosen_elsewhere_holds_at_once(tmp_path: Path) -> None:
    """The language changes without a restart; nothing is read while nothing changes."""
    file = tmp_path / "preferences.json"
    taste = Taste(file, environment={"LANG": "zh_CN.UTF-8"})
    assert taste.language is Language.ZH
    assert taste.panel is None
    assert not taste.look()
    keep_preferences(file, {"language": "en", "colours": "light"})
    assert taste.look()
    assert (taste.language, taste.panel) == (Language.EN, Panel.LIGHT)
    assert taste.words.say("search") == "Search…"
    assert not taste.look()


def test_the_end_of_the_first_index_is_noted_once(tmp_path: Path) -> None:
    """For trays to come as well."""
    file = tmp_path / "preferences.json"
    taste = Taste(file, environment={})
    taste.note_first_index()
    assert taste.preferences.is_first_index_told
    assert read_preferences(file).is_first_index_told
