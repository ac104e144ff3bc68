"""Real files: Python's standard library and its documentation, this project's samples, and judged collections where there are some.

A collection is a folder with `docs/` and `queries.jsonl`, as `tests/benchmarks/retrieval.py` takes it; those that lie in a `data` folder
beside the checkout are found.
"""

import itertools
import json
import shutil
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from pydoc_data.topics import topics

import pytest
from tests import light_daemon
from tests.end_to_end.conftest import User

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
LIBRARY = Path(sysconfig.get_path("stdlib"))
NOT_THE_LIBRARY = (
    "site-packages",
    "test",
    "tests",
    "__pycache__",
    "lib2to3",
    "idlelib",
    "ensurepip",
    "config-*",
)
PACKAGES = ("json", "sqlite3", "tomllib")
COLLECTIONS = [path.parent for path in sorted(ROOT.parent.glob("*/data/*/queries.jsonl"))]
PARAGRAPH = "\n\n# Zanzibarian porcupines sing in the cellar.\n# 桑给巴尔的豪猪在地窖里唱歌。\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and the names without suffix of the files that would do."""

    text: str
    answers: frozenset[str]


OWN_QUESTIONS = (
    Question(text="how do I read a TOML file", answers=frozenset({"_parser", "__init__"})),
    Question(
        text="which statement makes sure that a file is closed again", answers=frozenset({"with", "try"})
    ),
    Question(text="睡前喝什么会睡不着", answers=frozenset({"茶叶的种类与冲泡"})),
    Question(text="家里上不了网怎么办", answers=frozenset({"家庭网络排障笔记"})),
)


def put_documentation(folder: Path, names: Iterable[str]) -> None:
    """What `help()` shows, a file each, and this project's samples."""
    shutil.copytree(ROOT / "docs" / "samples", folder / "samples")
    (folder / "topics").mkdir()
    for name in names:
        (folder / "topics" / f"{name}.txt").write_text(topics[name], "utf-8")


def questions_of(collection: Path, count: int) -> list[Question]:
    """The first questions of a judged collection."""
    lines = (collection / "queries.jsonl").read_text("utf-8").splitlines()
    known = [json.loads(line) for line in lines[:count]]
    return [Question(text=one["text"], answers=frozenset(map(str, one["relevant"]))) for one in known]


def put_collection(folder: Path, collection: Path, questions: Iterable[Question]) -> None:
    """The documents that answer the questions, and twenty more."""
    docs = sorted((collection / "docs").iterdir())
    wanted = frozenset().union(*(question.answers for question in questions))
    chosen = [path for number, path in enumerate(docs) if path.stem in wanted or number < 20]
    (folder / collection.name).mkdir()
    for path in chosen:
        shutil.copy(path, folder / collection.name)


def insert(path: Path, paragraph: str) -> None:
    """Write a paragraph into the middle of a file, between two others."""
    text = path.read_text("utf-8")
    middle = text.index("\n\n", len(text) // 2)
    path.write_text(text[:middle] + paragraph + text[middle + 2 :], "utf-8")


def names_found(user: User, question: str, *, top: int) -> list[str]:
    """The names without suffix of what a search finds, best first."""
    return [Path(hit["path"]).stem for hit in user.json("search", question, "--top", str(top))["hits"]]


@pytest.fixture
def counted(newcomer: User) -> Iterator[User]:
    """A user whose model is a checksum."""
    with light_daemon.running(newcomer.home, unit=1):
        yield newcomer


def test_a_whole_library_is_indexed_edited_and_searched(counted: User, tmp_path: Path) -> None:
    """Thousands of files fail in nothing; what is moved or copied costs nothing, an insertion its own passages."""
    tree = tmp_path / "图书馆 library"
    shutil.copytree(LIBRARY, tree / "lib", ignore=shutil.ignore_patterns(*NOT_THE_LIBRARY), symlinks=True)
    put_documentation(tree, topics)
    for manual in Path("/usr/share/doc").glob("python3*"):
        shutil.copytree(manual, tree / "manuals" / manual.name, symlinks=True)
    for collection in COLLECTIONS:
        shutil.copytree(collection / "docs", tree / collection.name)
    first = counted.json("index", str(tree))
    assert first["failed"] == []
    assert first["files"] >= sum(1 for _ in (tree / "lib").rglob("*.py")) * 9 // 10
    assert first["embedded"] + first["reused"] == first["chunks"] > first["files"]

    (tree / "lib" / "asyncio").rename(tree / "lib" / "moved")
    shutil.copy(tree / "lib" / "argparse.py", tree / "copy of argparse.py")
    (tree / "topics" / "while.txt").unlink()
    moved = counted.json("index", str(tree))
    assert (moved["embedded"], moved["removed"], moved["files"]) == (0, 1, first["files"])

    insert(tree / "lib" / "argparse.py", PARAGRAPH)
    edited = counted.json("index", str(tree))
    assert 1 <= edited["embedded"] <= 3
    for words in ("zanzibarian porcupines", "桑给巴尔的豪猪"):
        assert "argparse" in names_found(counted, words, top=5)
    assert "while" not in names_found(counted, "while statement repeated execution", top=50)
    assert "moved" in {
        Path(hit["path"]).parent.name for hit in counted.json("search", "asyncio events")["hits"]
    }
    assert counted.json("index", str(tree))["embedded"] == 0


@pytest.mark.model
def test_questions_to_real_documents_are_answered(newcomer: User, tmp_path: Path) -> None:
    """With the default model: in both languages the document that answers is among the first five, before and after edits."""
    tree = tmp_path / "图书馆 library"
    for package in PACKAGES:
        shutil.copytree(LIBRARY / package, tree / package, ignore=shutil.ignore_patterns(*NOT_THE_LIBRARY))
    put_documentation(tree, {"with", "try", *itertools.islice(sorted(topics), 6)})
    judged = {collection: questions_of(collection, 4) for collection in COLLECTIONS}
    for collection, questions in judged.items():
        put_collection(tree, collection, questions)
    first = newcomer.json("index", str(tree))
    assert first["failed"] == []
    assert first["embedded"] + first["reused"] == first["chunks"]
    for questions in (OWN_QUESTIONS, *judged.values()):
        found = [bool(one.answers & set(names_found(newcomer, one.text, top=5))) for one in questions]
        assert sum(found) >= 3, (questions, found)

    shutil.move(tree / "samples", tree / "moved")
    insert(tree / "tomllib" / "_parser.py", PARAGRAPH)
    edited = newcomer.json("index", str(tree))
    assert (edited["removed"], edited["files"]) == (0, first["files"])
    assert 1 <= edited["embedded"] <= 3
    assert "_parser" in names_found(newcomer, "singing porcupines in the basement", top=5)
    assert "茶叶的种类与冲泡" in names_found(newcomer, OWN_QUESTIONS[2].text, top=5)
