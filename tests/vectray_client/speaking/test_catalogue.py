from hypothesis import given
from hypothesis import strategies as st
from tests.catalogues import faults

from vectray_client.speaking.catalogue import Catalogue, names_in
from vectray_client.speaking.language import Language

WORDS = Catalogue(
    words={
        Language.EN: {
            "problems": {"one": "1 problem", "other": "{count} problems"},
            "folder": "Folder {name}",
            "only": "Only here",
        },
        Language.ZH: {"problems": {"other": "{count} 个问题"}, "folder": "文件夹 {name}"},
    }
)
CHINESE = Catalogue(words=WORDS.words, language=Language.ZH)


def test_one_thing_is_not_many() -> None:
    """English has a form for one, Chinese has one form; large numbers are grouped."""
    said = [
        (WORDS.say("problems", count=count), CHINESE.say("problems", count=count)) for count in (0, 1, 12345)
    ]
    assert said == [
        ("0 problems", "0 个问题"),
        ("1 problem", "1 个问题"),
        ("12,345 problems", "12,345 个问题"),
    ]


def test_a_word_that_is_missing_kills_nobody() -> None:
    """What Chinese lacks is said in English; what nobody knows is said as it is asked for."""
    assert CHINESE.say("only") == "Only here"
    assert WORDS.say("nowhere", count=1) == "nowhere"
    assert WORDS.say("folder") == "Folder {name}"


@given(st.text())
def test_values_are_no_templates(name: str) -> None:
    """A folder may be called {count}, or anything else."""
    assert WORDS.say("folder", name=name) == f"Folder {name}"


def test_what_is_missing_is_told() -> None:
    """The check that every catalogue goes through finds a key, a name and an order that only one language has."""
    assert faults(WORDS) == ["only is only in one language"]
    english = {"a": "{x}", "b": "b"}
    assert faults(
        Catalogue(words={Language.EN: english, Language.ZH: {"b": "乙", "a": "{y}"}}, language=Language.EN)
    ) == [
        "a is in another place",
        "b is in another place",
        "a fills in ['x', 'y'] in one language only",
    ]
    assert names_in({"one": "1", "other": "{count}"}) == {"count"}
