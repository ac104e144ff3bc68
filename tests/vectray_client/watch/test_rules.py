import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vectray_client.watch.rules import DEFAULT_LINES, Rule, Rules
from vectray_client.watch.scanner import Bounds, scan


def write(path: Path, content: str = "text") -> str:
    """Writes a file, with the directories above it; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return str(path)


def found(folder: Path, rules: Rules) -> set[str]:
    """What a scan finds, relative to the folder, without the ignore files themselves."""
    paths = scan(str(folder), {}, Bounds(rules=rules)).dirty
    return {os.path.relpath(path, folder) for path in paths if not path.endswith("ignore")}


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
    rule = Rules().rule_for("/nowhere", path)
    assert rule
    assert (rule.source, rule.pattern) == ("default", DEFAULT_LINES[rule.line - 1])


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
    assert Rules().rule_for("/nowhere", path) is None


def test_a_later_line_takes_back_an_earlier_one() -> None:
    """A person can have back what the defaults leave alone."""
    rules = Rules(["!slides.key"])
    assert not rules.ignores("talks/slides.key", "slides.key")
    assert rules.ignores("talks/other.key", "other.key")


def test_every_left_out_path_can_be_explained(tmp_path: Path) -> None:
    """The answer is exact: the line, where it stands, and its number there."""
    top = write(tmp_path / ".vectrayignore", "# nothing\n\ndrafts/\n*.log\n")
    deep = write(tmp_path / "a" / ".gitignore", "\ufeff!keep.log\n/secret\n")
    rules = Rules(["*.iso"], gitignore=True)
    expected = {
        "x/__pycache__/y": Rule(
            pattern="__pycache__/", source="default", line=1 + DEFAULT_LINES.index("__pycache__/")
        ),
        "big.iso": Rule(pattern="*.iso", source="config.toml", line=1),
        "drafts/b/c.md": Rule(pattern="drafts/", source=top, line=3),
        "a/b/other.log": Rule(pattern="*.log", source=top, line=4),
        "a/secret": Rule(pattern="/secret", source=deep, line=2),
        "a/b/secret": None,
        "a/keep.log": None,
        "keep.log": Rule(pattern="*.log", source=top, line=4),
        "drafts": None,
        "drafts/": Rule(pattern="drafts/", source=top, line=3),
    }
    assert {path: rules.rule_for(str(tmp_path), path) for path in expected} == expected


def test_gitignore_counts_only_where_the_person_says_so(tmp_path: Path) -> None:
    """What is not for git may still be for its reader; .vectrayignore always counts, and decides before .gitignore."""
    write(tmp_path / ".gitignore", "*.txt\n*.csv\n")
    write(tmp_path / ".vectrayignore", "*.md\n!kept.txt\n")
    for name in ("a.txt", "kept.txt", "a.csv", "a.md"):
        write(tmp_path / name)
    assert found(tmp_path, Rules()) == {"a.txt", "kept.txt", "a.csv"}
    assert found(tmp_path, Rules(gitignore=True)) == {"kept.txt"}


def test_a_folder_cannot_widen_what_is_read(tmp_path: Path) -> None:
    """A folder from somewhere else takes back nothing that the defaults or the person's settings leave alone."""
    write(tmp_path / ".vectrayignore", "!.env\n!*.iso\n!.git/\n")
    for name in (".env", "big.iso", ".git/config", "a.md"):
        write(tmp_path / name)
    assert found(tmp_path, Rules(["*.iso"])) == {"a.md"}


def test_a_changed_ignore_file_counts_from_the_next_look(tmp_path: Path) -> None:
    """What it says now is what counts, also right after it was written."""
    write(tmp_path / "a.md")
    rules = Rules()
    for content, expected in (("x", {"a.md"}), ("a.md", set()), ("a.mx", {"a.md"}), ("", {"a.md"})):
        write(tmp_path / ".vectrayignore", content)
        assert found(tmp_path, rules) == expected
    (tmp_path / ".vectrayignore").unlink()
    assert found(tmp_path, rules) == {"a.md"}


@pytest.mark.parametrize("kind", ["fifo", "link", "directory", "binary"])
def test_what_is_no_ignore_file_says_nothing(tmp_path: Path, kind: str) -> None:
    """A pipe is not waited for, a link not followed, and bytes without sense do no harm."""
    ignore = tmp_path / "notes" / ".vectrayignore"
    write(tmp_path / "notes" / "a.md")
    write(tmp_path / "elsewhere", "*.md")
    match kind:
        case "fifo":
            os.mkfifo(ignore)
        case "link":
            ignore.symlink_to(tmp_path / "elsewhere")
        case "directory":
            ignore.mkdir()
        case _:
            ignore.write_bytes(bytes(range(256)) * 100)
    assert "notes/a.md" in found(tmp_path, Rules())


GIT = shutil.which("git")
PATHS = ["a.md", "b.txt", "sub/a.md", "sub/b.txt", "sub/deep/a.md", "sub/deep/b.txt", "other/sub/a.md"]
WRITTEN = st.sampled_from(
    [
        "a.md",
        "*.md",
        "*.txt",
        "sub/",
        "/sub",
        "deep/",
        "sub/a.md",
        "**/deep/*.md",
        "!a.md",
        "!*.txt",
        "!sub/",
        "!deep/",
        "/*",
        "!/sub",
        "#a",
        "sub/**",
        "**/b.txt",
        "[ab].*",
        "?.md",
        "*",
        "!*/",
        "!*.md",
        "sub/*/b.txt",
        r"\!a.md",
        "a.md ",
        "sub/deep",
    ]
)
LINES = WRITTEN | st.text("absu.dm*?[]!/\\^-: ", max_size=7)
FILES = st.dictionaries(
    st.sampled_from(["", "sub", "sub/deep", "other"]), st.lists(LINES, max_size=5), max_size=4
)


@pytest.mark.skipif(GIT is None, reason="git is the judge")
@settings(max_examples=25, deadline=None)
@given(FILES)
def test_nested_ignore_files_decide_as_git_does(files: Mapping[str, list[str]]) -> None:
    """Whatever stands in whichever directory: a scan finds what git would add."""
    with tempfile.TemporaryDirectory() as directory:
        folder = Path(directory)
        for path in PATHS:
            write(folder / path)
        for place, lines in files.items():
            write(folder / place / ".gitignore", "\n".join(lines))
        subprocess.run([str(GIT), "init", "--quiet", directory], check=True)
        listed = subprocess.run(
            [str(GIT), "-C", directory, "ls-files", "--others", "--exclude-standard"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.splitlines()
        assert found(folder, Rules(gitignore=True)) == {
            path for path in listed if not path.endswith("ignore")
        }
