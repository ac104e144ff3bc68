import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.opening.places import NOWHERE, Place
from vectray_client.opening.templates import BadTemplate, check_template, filled

EDITOR = "code -g {path}:{line}"
VIEWER = "evince --page-index={page} {path}"


@given(
    st.text().map("/".__add__),
    st.integers(1, 10**9),
    st.lists(st.sampled_from(["{path}", "{line}", "+{line}", "a b", "$(reboot)", ";"]), max_size=4),
)
def test_a_path_is_never_more_than_a_part_of_its_word(path: str, line: int, words: list[str]) -> None:
    """Whatever a path holds, even gaps, quotes and spaces, no word is added and no gap filled twice."""
    template = shlex.join(["editor", *words, "{path}:{line}"])
    expected = [word.replace("{line}", str(line)).replace("{path}", path) for word in words]
    assert filled([template], path, Place(line=line)) == ["editor", *expected, f"{path}:{line}"]


def test_the_first_template_that_says_what_is_known_is_taken() -> None:
    """An editor is not asked for pages, nor a viewer for lines; what asks for nothing will do."""
    both = [EDITOR, VIEWER]
    assert filled(both, "/a", Place(line=3)) == ["code", "-g", "/a:3"]
    assert filled(both, "/a", Place(page=3)) == ["evince", "--page-index=3", "/a"]
    assert filled(both, "/a", NOWHERE) is None
    assert filled([*both, "less {path}"], "/a", NOWHERE) == ["less", "/a"]


@pytest.mark.parametrize("template", [EDITOR, VIEWER, "x '{path}'", 'x "a b" {path} {line} {page}'])
def test_a_template_that_can_be_filled_is_accepted(template: str) -> None:
    """A path and known gaps are all it takes."""
    check_template(template)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("", "no gap {path}"),
        ("code", "no gap {path}"),
        ("{path}", "no gap {path}"),
        ("code {path} {row}", "{row}"),
        ("code {path} {path.__class__}", "{path.__class__}"),
        ("code '{path}", "quotes"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(template: str, words: str) -> None:
    """The file itself is never run, and nothing is left for later to find out."""
    with pytest.raises(BadTemplate) as refusal:
        check_template(template)
    assert words in str(refusal.value)
