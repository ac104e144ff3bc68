"""`vectray search` and `vectray similar` as a person types them, with and without an agent."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests import light_daemon
from tests.end_to_end.conftest import User
from tests.end_to_end.test_agent import agent_of
from tests.vectray_client.opening.desktop import Desktop

from vectray_client.agent import wire
from vectray_client.cli.by_hand import ByHand, the_index
from vectray_client.config import read_config
from vectray_client.sdk.found import Found, found
from vectray_client.sdk.index_requests import SearchWords

TEXTS = {
    "潮汐.md": "# 潮汐\n\n潮汐由月球的引力引起。海水每天两次涨落。\n",
    "tides.md": "# Tides\n\nThe moon pulls the sea. Twice a day the water rises and falls.\n",
    "我的 笔记/soup 100%.txt": "Onion soup. Fry the onions slowly, then add the broth and the wine.\n",
    "我的 笔记/copy.txt": "Onion soup. Fry the onions slowly, then add the broth and the wine.\n",
}


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """Somebody whose model is a checksum, with four documents and an editor of their own."""
    somebody = User(tmp_path_factory.mktemp("家 search"))
    somebody.configure('[client]\nopen_with = "my-editor {path}:{line}"\n')
    with light_daemon.running(somebody.home, unit=1):
        for name, text in TEXTS.items():
            file = documents(somebody) / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        assert somebody.vectray("index", str(documents(somebody))).returncode == 0
        yield somebody


def documents(user: User) -> Path:
    """Where their documents are."""
    return user.home / "documents 文档"


def test_what_is_shown_and_opened(user: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place, what was found there and why; and the file itself, in the person's editor, at its line."""
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    desktop = Desktop(tmp_path)
    desktop.install("my-editor")
    printed = user.vectray("search", '"onion soup"', "--words", "--open", "1")
    assert (printed.returncode, printed.stderr) == (0, "")
    first, excerpt, reason, also, *_ = printed.stdout.splitlines()
    shown = first.removeprefix("1. ").removesuffix(":1")
    other = next(name for name in TEXTS if name.startswith("我的") and not shown.endswith(name))
    assert excerpt == "   Onion soup. Fry the onions slowly, then add the broth and the wine."
    assert reason.startswith("   Found by the words “Onion soup”, “onions”.")
    assert also == f"   also {documents(user) / other}"
    assert desktop.wait_started("my-editor") == [f"{shown}:1"]


QUESTIONS: Sequence[tuple[str, SearchWords]] = (
    ("the moon pulls the sea", {"excerpt_wait_seconds": 5}),
    ("潮汐", {"more_passages": 2, "types": ["markdown", "text"]}),
    ('in:"documents 文档" onions', {}),
    ("sea -moon", {}),
    ("sea -water", {}),
    ("", {"types": ["text"]}),
    ("类型:md since:1d", {}),
    ("water", {"name": "tides"}),
    ("soup", {"words_only": True}),
    ("rises", {"rerank": True, "top": 1}),
    ('(AND NOT * " col:x', {}),
    ("'; DROP TABLE files; --", {}),
    ("\0 。， !?", {}),
    ("x" * 100_000, {}),
)


def wired(answer: Found) -> Found:
    """An answer as it arrives from an agent: what the contract rounds is rounded."""
    return found(wire.answer(answer))


@pytest.mark.slow
def test_the_answer_is_the_same_with_and_without_an_agent(user: User) -> None:
    """Whatever is asked, by options or in the question, and however odd it is."""
    config = read_config(user.environment)
    with the_index(config) as index:
        assert isinstance(index, ByHand)
        by_hand = [wired(index.search(query, **words)) for query, words in QUESTIONS]
        alike = wired(
            Found(hits=index.similar(str(documents(user) / "tides.md")), is_fresh=True, pending=0)
        ).hits
    with agent_of(user), the_index(config) as index:
        assert not isinstance(index, ByHand)
        for (query, words), alone in zip(QUESTIONS, by_hand, strict=True):
            assert index.search(query, freshness_wait_seconds=2, **words) == alone, query[:40]
        assert index.similar(str(documents(user) / "tides.md")) == alike
    assert [bool(answer.hits) for answer in by_hand[:9]] == [True] * 9


@pytest.mark.slow
def test_folders_in_a_question_are_those_that_stand_here(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is meant from where the person is; nothing found, and a name that no folder has, are told apart."""
    monkeypatch.chdir(documents(user))
    assert len(user.json("search", "--words", 'soup in:"我的 笔记"')["hits"]) == 1
    assert user.vectray("search", "--words", 'sea in:"我的 笔记"').returncode == 1
    nowhere = user.vectray("search", "--words", "sea in:nowhere")
    assert (nowhere.returncode, nowhere.stderr) == (2, "vectray: No indexed folder is called 'nowhere'.\n")


@pytest.mark.slow
def test_similar_documents_are_found_by_their_file(user: User) -> None:
    """Itself and its copies left out; what is not indexed is refused in one sentence."""
    document = user.json("similar", str(documents(user) / "tides.md"), "--top", "2")
    assert Path(document["path"]).name == "tides.md"
    names = [Path(hit["path"]).name for hit in document["hits"]]
    assert len(names) == 2
    assert "tides.md" not in names
    assert all(hit["excerpt"]["text"] for hit in document["hits"])
    refused = user.vectray("similar", str(documents(user) / "nothing.md"))
    assert refused.returncode == 2
    assert "is not indexed" in refused.stderr


@pytest.mark.slow
def test_the_status_is_that_of_grep(user: User) -> None:
    """0 if something was found, 1 if nothing, 2 for what cannot be done."""
    assert user.vectray("search", "--words", "sea").returncode == 0
    nothing = user.vectray("search", "--words", "xylophone", "--open", "1")
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (1, "", "vectray: nothing found\n")
    too_far = user.vectray("search", "--words", "sea", "--open", "99")
    assert too_far.returncode == 2
    assert "There is no document 99" in too_far.stderr
    assert user.vectray("search").stderr == "vectray: The query is empty.\n"
