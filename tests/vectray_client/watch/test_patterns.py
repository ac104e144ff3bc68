import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vectray_client.watch.patterns import Patterns, tolerant
from vectray_client.watch.rules import DEFAULT_LINES

NAMES = st.sampled_from(
    ["a", "b", "a.txt", "b.txt", "#a", "a#", ".git", "x.pyc", "~$a", "a~", "a b", "[a]", "ä", "build"]
)
PATTERNS = st.sampled_from(
    [
        "a",
        "*.txt",
        "a*",
        "*a*",
        "/a",
        "b/",
        "a/b",
        "**/b",
        "a/**",
        "#*",
        r"\#a",
        "*~",
        "a b",
        "[ab]",
        "?",
        "build/",
        "",
    ]
)
LINES = st.lists(st.builds(str.__add__, st.sampled_from(["", "!"]), PATTERNS), max_size=6).map(
    lambda lines: [*DEFAULT_LINES, *(line for line in lines if line != "!")]
)
PATHS = st.lists(NAMES, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from(["/".join(parts), "/".join(parts) + "/"])
)


def name_of(path: str) -> str:
    """The last part of the path."""
    return path.rstrip("/").rpartition("/")[2]


@settings(deadline=None, max_examples=100)
@given(LINES, PATHS)
@example(["*a*"], "a.txt")
def test_the_deciding_line_is_told(lines: list[str], path: str) -> None:
    """Where the lines have an opinion there is one line to show for it, and only there: the quick look at names misses none."""
    patterns = Patterns(lines)
    number = patterns.deciding_line(path)
    opinion = patterns.ignores(path, name_of(path))
    assert (number is None) == (opinion is None)
    assert number is None or lines[number - 1].startswith("!") != opinion


def test_a_line_that_is_no_pattern_is_an_error() -> None:
    """A typing mistake in the settings is reported; in a file that anybody may have written it says nothing."""
    with pytest.raises(ValueError, match="no pattern"):
        Patterns(["!"])
    patterns = tolerant(["!", "a"])
    assert patterns.ignores("a", "a")
    assert patterns.deciding_line("a") == 2


def test_a_name_is_one_name_however_it_is_written() -> None:
    """An umlaut made of two characters, as one system writes it, matches one made of one, as another does."""
    assert Patterns(["\u00fc.txt"]).ignores("u\u0308.txt", "u\u0308.txt")
    assert Patterns(["u\u0308/x/*.txt"]).ignores("\u00fc/x/a.txt", "a.txt")


def test_a_line_break_in_a_name_hides_nothing() -> None:
    """A secret is one in whatever directory."""
    assert Patterns([".env"]).ignores("a\nb/.env", ".env")
    assert Patterns(["x/*.txt"]).ignores("x/a\nb.txt", "a\nb.txt")
    assert Patterns(["a"]).ignores("a\n", "a\n") is None
