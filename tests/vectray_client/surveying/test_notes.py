import pytest

from vectray_client.surveying.notes import notes_on_contents, notes_on_languages, notes_on_place
from vectray_client.surveying.prospect import Prospect

HOME = "/home/li"


@pytest.mark.parametrize(
    ("folder", "beginning"),
    [
        ("/", "It is the whole disk"),
        ("/home", "Your whole home folder lies in it"),
        (HOME, "It is your whole home folder"),
    ],
)
def test_too_much_is_said_to_be(folder: str, beginning: str) -> None:
    """A home folder and what holds it; with what to do instead."""
    (note,) = notes_on_place(folder, home=HOME, indexed=())
    assert note.startswith(beginning)


def test_an_ordinary_folder_is_not_talked_about() -> None:
    """Also beside folders that are indexed, and where a name begins like another."""
    assert list(notes_on_place(f"{HOME}/文档", home=HOME, indexed=(f"{HOME}/文档2", "/srv"))) == []


def test_what_is_indexed_around_it_is_told() -> None:
    """Itself, the innermost that holds it, and those that it holds."""
    indexed = (f"{HOME}/a", f"{HOME}/a/b", f"{HOME}/a/b/c/d", f"{HOME}/a/b/c/e")
    assert list(notes_on_place(f"{HOME}/a/b/c", home=HOME, indexed=indexed)) == [
        f"It lies in {HOME}/a/b, which is indexed already.",
        "2 folders in it are indexed already, and stay folders of their own.",
    ]
    assert list(notes_on_place(f"{HOME}/a/b/c/d", home=HOME, indexed=indexed[2:])) == [
        "It is indexed already."
    ]
    (note,) = notes_on_place(f"{HOME}/a/b/c", home=HOME, indexed=indexed[3:])
    assert note == f"{HOME}/a/b/c/e in it is indexed already, and stays a folder of its own."


def test_why_changes_are_noticed_late_is_told_as_it_is() -> None:
    """In the words of who watches."""
    assert list(notes_on_place("/mnt/x", home=HOME, indexed=(), watch_reason="It is far.")) == ["It is far."]


@pytest.mark.parametrize(
    ("languages", "share", "said"),
    [
        (("en",), 0.5, "Much of it is in Chinese, which the model small does not know."),
        (("en", "de-AT"), 0.05, ""),
        (("zh",), 0.02, "Hardly any of it is in Chinese, and the model small knows nothing else."),
        (("zh-CN",), 0.5, ""),
        (("zh", "en"), 0.0, ""),
        (("mul",), 0.9, ""),
        ((), 0.9, ""),
        (("en",), None, ""),
    ],
)
def test_a_model_that_does_not_know_the_language_is_named(
    languages: tuple[str, ...], share: float | None, said: str
) -> None:
    """Only where both the texts and the model are known well enough."""
    notes = list(notes_on_languages(share, Prospect(model="small", languages=languages)))
    assert notes == ([said] if said else [])


def test_nothing_to_read_is_told() -> None:
    """An empty folder is something else than one of pictures."""
    assert list(notes_on_contents(files=1, others=1)) == []
    assert list(notes_on_contents(files=0, others=1)) == ["There is nothing in it that can be read."]
    assert list(notes_on_contents(files=0, others=0)) == ["There is nothing in it."]
