"""What was forgotten is nowhere: not in the database, its log, the derived index, nor in any other file of Vectray's."""

import json
import re
import secrets
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from tests import light_daemon
from tests.end_to_end.conftest import User
from tests.end_to_end.test_agent import agent_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]

CANARIES = 1000


@pytest.fixture
def user(tmp_path: Path) -> Iterator[User]:
    """Somebody whose model is a checksum."""
    somebody = User(tmp_path / "home")
    with light_daemon.running(somebody.home, unit=1):
        yield somebody


def write(folder: Path, words: list[str]) -> None:
    """Put a tenth of the words into each of ten files of several types, and some of them into their names."""
    kinds = {
        "txt": "\n\n".join,
        "md": lambda some: "\n\n".join(f"# {word}\n\nabout {word}" for word in some),
        "html": lambda some: "".join(f"<p>{word}</p>" for word in some),
        "py": lambda some: "\n".join(f"def {word}(): pass" for word in some),
        "csv": ",".join,
        "json": json.dumps,
        "rtf": lambda some: r"{\rtf1 " + r"\par ".join(some) + "}",
        "eml": lambda some: f"Subject: {some[0]}\nFrom: a@b\n\n" + "\n".join(some),
        "ipynb": lambda some: json.dumps(
            {
                "cells": [{"cell_type": "markdown", "source": some, "metadata": {}}],
                "nbformat": 4,
                "metadata": {},
            }
        ),
        "log": "\n".join,
    }
    share = len(words) // len(kinds)
    for number, (suffix, text) in enumerate(kinds.items()):
        some = words[number * share : (number + 1) * share]
        (folder / f"{some[0]}.{suffix}").write_text(text(some), "utf-8")


def found(home: Path) -> int:
    """How many of the words stand in any file below a home, in whatever encoding has their letters."""
    written = b"\n".join(file.read_bytes() for file in home.rglob("*") if file.is_file())
    return len(set(re.findall(rb"canary[0-9a-f]{12}", written.replace(b"\0", b"").lower())))


@pytest.mark.parametrize(("has_agent", "whole"), [(False, True), (True, False)])
def test_a_thousand_canaries_are_found_nowhere(
    user: User, tmp_path: Path, *, has_agent: bool, whole: bool
) -> None:
    """Before, they are there; afterwards not one of them, whether the folder was indexed itself or lies in one that is."""
    words = [f"canary{secrets.token_hex(6)}" for _ in range(CANARIES)]
    folder = tmp_path / "documents" / "private"
    folder.mkdir(parents=True)
    (folder.parent / "public.txt").write_text("Something else.", "utf-8")
    write(folder, words)
    with agent_of(user) if has_agent else nullcontext():
        assert user.json("index", str(folder if whole else folder.parent))["files"] == 10 + (not whole)
        assert user.json("search", words[5])["hits"]
        assert found(user.home) > CANARIES * 0.9
        assert user.json("forget", str(folder)) == {"files": 10}
        assert found(user.home) == 0
        user.json("search", words[5], status=1 if whole else 0)
        user.vectray("index")
    assert found(user.home) == 0
