import re
from pathlib import Path

from tests.catalogues import faults

import vectray_client.desktop
from vectray_client.desktop.words import words_in
from vectray_client.preferences.choices import Topic
from vectray_client.speaking.language import Language

SOURCES = "".join(
    file.read_text("utf-8") for file in Path(vectray_client.desktop.__file__).parent.glob("*.py")
)


def test_both_languages_say_the_same() -> None:
    """No entry is missing or empty, and all fill in the same values."""
    assert faults(words_in(Language.EN)) == []


def test_nothing_is_kept_that_nobody_says() -> None:
    """Each entry is named where the tray is drawn, or by a sign or topic that has its name."""
    named = set(re.findall(r'"([a-z-]+)"', SOURCES))
    named |= {f"told-{topic}{part}" for topic in Topic for part in ("", "-text")}
    unused = [key for key in words_in(Language.EN).words[Language.EN] if key not in named]
    assert unused == []
