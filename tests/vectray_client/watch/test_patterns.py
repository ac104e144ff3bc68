import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from vectray_client.watch.rules import DEFAULT_LINES, Rules

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


def directories_above(path: str) -> list[str]:
    """The directories that a walk passes on its way to the path."""
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:depth]) + "/" for depth in range(1, len(parts))]


def name_of(path: str) -> str:
    """The last part of the path."""
    return path.rstrip("/").rpartition("/")[2]


@settings(deadline=None, max_examples=300)
@given(LINES, PATHS)
@example(["*a*"], "a.txt")
def test_rules_decide_as_gitignore_does(lines: list[str], path: str) -> None:
    """The quick look at names never changes what the lines say about a path that a walk comes to."""
    spec = GitIgnoreSpec.from_lines(lines)
    assume(not any(spec.match_file(directory) for directory in directories_above(path)))
    assert Rules(lines).ignores(path, name_of(path)) == spec.match_file(path)


@settings(deadline=None)
@given(LINES, PATHS)
def test_an_ignored_path_can_be_explained(lines: list[str], path: str) -> None:
    """There is a line to show for every path that a walk leaves out, and none for those it reaches."""
    rules = Rules(lines)
    is_left_out = any(rules.ignores(step, name_of(step)) for step in (*directories_above(path), path))
    line = rules.line_for(path)
    assert (line is not None) == is_left_out
    assert line is None or line in lines


@pytest.mark.parametrize(
    "path",
    [
        ".git/",
        "project/node_modules/",
        "src/__pycache__/",
        ".cache/",
        "module.pyc",
        "letter.odt~",
        ".#letter.txt",
        "~$letter.docx",
        ".letter.txt.swp",
        "4913",
        ".DS_Store",
        "film.mkv.part",
        ".ssh/",
        "server.key",
        "passwords.kdbx",
        "app/.env",
        ".env.production",
        "id_rsa",
        "id_ed25519.pub",
        "wallet.dat",
    ],
)
def test_secrets_and_debris_are_left_alone_by_default(path: str) -> None:
    """Nobody wants to find keys, caches or half-written files."""
    assert Rules().line_for(path) in DEFAULT_LINES


@pytest.mark.parametrize(
    "path",
    [
        "notes.md",
        "environment.txt",
        "git/",
        "keys.txt",
        "keynote.pdf",
        "some/cache.md",
        "日记.txt",
        "a.config",
    ],
)
def test_documents_are_not_left_alone_by_default(path: str) -> None:
    """Names that only resemble those of secrets and debris are documents."""
    assert Rules().line_for(path) is None


def test_a_later_line_takes_back_an_earlier_one() -> None:
    """A person can have back what the defaults leave alone."""
    rules = Rules([*DEFAULT_LINES, "!slides.key"])
    assert not rules.ignores("talks/slides.key", "slides.key")
    assert rules.ignores("talks/other.key", "other.key")


def test_a_line_that_is_no_pattern_is_an_error() -> None:
    """A typing mistake in the rules is reported, not passed over."""
    with pytest.raises(ValueError, match="Invalid"):
        Rules(["!"])
