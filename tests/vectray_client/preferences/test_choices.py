import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.preferences.choices import (
    FIRST_INDEX_TOLD,
    SETTINGS,
    Colours,
    Preferences,
    Topic,
    WrongChoice,
    check_choices,
    preferences_in,
)
from vectray_client.speaking.language import Language

chosen = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(words) for name, words in SETTINGS.items()}
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner, max_size=2)
)


@given(chosen)
def test_what_was_chosen_holds(kept: dict[str, str]) -> None:
    """Each setting is what was chosen, else the first of its words."""
    check_choices(kept)
    assert preferences_in(kept).words() == {
        name: kept.get(name, words[0]) for name, words in SETTINGS.items()
    }


@given(st.dictionaries(st.sampled_from([*SETTINGS, FIRST_INDEX_TOLD, "other"]), json_values))
def test_what_is_not_known_is_not_taken_up(kept: dict[str, object]) -> None:
    """A file of another release never stops this one."""
    known = {name: word for name, word in kept.items() if word in SETTINGS.get(name, ())}
    assert preferences_in(kept).words() == preferences_in(known).words()


def test_words_have_their_meaning() -> None:
    """The words of the file are the values that programs work with."""
    kept = {"language": "zh", "colours": "dark", "notify.problems": "off", FIRST_INDEX_TOLD: "on"}
    assert preferences_in(kept) == Preferences(
        language=Language.ZH,
        colours=Colours.DARK,
        topics=frozenset(Topic) - {Topic.PROBLEMS},
        is_first_index_told=True,
    )
    assert preferences_in({}) == Preferences()


@pytest.mark.parametrize(
    ("name", "word", "sentence"),
    [
        ("colour", "dark", "There is no setting 'colour'; known are language, colours, notify.first-index"),
        ("colours", "blue", "colours is one of auto, light, dark, not 'blue'."),
        ("notify.problems", "yes", "notify.problems is one of on, off, not 'yes'."),
    ],
)
def test_a_wrong_choice_names_the_right_ones(name: str, word: str, sentence: str) -> None:
    """Whoever mistypes learns what there is."""
    with pytest.raises(WrongChoice) as wrong:
        check_choices({name: word})
    assert str(wrong.value).startswith(sentence)
