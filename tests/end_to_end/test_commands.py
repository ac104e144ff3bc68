"""The commands when something is missing or wrong: one sentence, a status, nothing lost."""

import json
from pathlib import Path

import numpy as np
import pytest
from tests.end_to_end.conftest import User

pytestmark = pytest.mark.timeout(120)


def refused(user: User, *words: str, stdin: str | None = None) -> str:
    """Run a command that must fail; return its one sentence."""
    done = user.vectray(*words, stdin=stdin)
    assert done.returncode == 2, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    sentences = done.stderr.strip().splitlines()
    assert len(sentences) == 1, sentences
    return sentences[0]


def test_nothing_was_ever_indexed(newcomer: User) -> None:
    """A first search says what to do; status shows an empty index and starts nothing."""
    assert "vectray index FOLDER" in refused(newcomer, "search", "anything")
    assert newcomer.json("status") == {
        "daemon": None,
        "agent": None,
        "folders": [],
        "files": 0,
        "chunks": 0,
        "vectors": 0,
        "pending": 0,
        "problems": 0,
    }
    assert not newcomer.places.daemon_socket.exists()


def test_a_folder_that_is_none(newcomer: User, tmp_path: Path) -> None:
    """A missing folder and a file are told apart, before anything is begun."""
    file = tmp_path / "file.md"
    file.write_text("text", "utf-8")
    assert "is out of reach: No such file or directory" in refused(
        newcomer, "index", str(tmp_path / "missing")
    )
    assert f"{file} is not a folder." in refused(newcomer, "index", str(tmp_path), str(file))
    assert not newcomer.places.index.exists()


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_an_empty_query(newcomer: User, query: str) -> None:
    """Nothing cannot be searched for."""
    assert refused(newcomer, "search", query) == "vectray: The query is empty."


def test_an_empty_folder_is_indexed_without_a_model(newcomer: User, tmp_path: Path) -> None:
    """Where there is nothing to embed, the daemon is not even started."""
    (tmp_path / "empty").mkdir()
    result = newcomer.json("index", str(tmp_path / "empty"))
    assert (result["files"], result["chunks"], result["embedded"]) == (0, 0, 0)
    assert newcomer.json("status")["daemon"] is None


def test_a_damaged_index_is_not_touched(newcomer: User) -> None:
    """A file that is no index is refused, not overwritten."""
    newcomer.places.index.mkdir(parents=True)
    database = newcomer.places.index / "index.sqlite"
    database.write_bytes(b"somebody's novel" * 1000)
    for words in (("search", "anything"), ("status",), ("index", str(newcomer.places.index))):
        assert "is not an index of Vectray" in refused(newcomer, *words)
    assert database.read_bytes() == b"somebody's novel" * 1000


def test_an_unwritable_home(newcomer: User) -> None:
    """A home that cannot be made is told as such."""
    newcomer.home.parent.mkdir(exist_ok=True)
    newcomer.home.write_text("a file where the folder should be", "utf-8")
    assert str(newcomer.home) in refused(newcomer, "encode", stdin="text\n")


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "0001-01-01", "d"])
def test_an_odd_date_is_refused(newcomer: User, day: str) -> None:
    """Dates that are none are not guessed at."""
    assert "neither a day" in refused(newcomer, "search", "x", "--since", day)


@pytest.mark.model
def test_encode_makes_one_vector_a_line(everybody: User, tmp_path: Path) -> None:
    """Texts from a file or a pipe become rows, as .npy, JSON or plain numbers; a blank line is a row too."""
    texts = "The tide rises.\n\n潮汐\n"
    file, out = tmp_path / "texts.txt", tmp_path / "vectors.npy"
    file.write_text(texts, "utf-8")
    model = ("--model", "all-minilm-l6-v2")
    assert everybody.vectray("encode", str(file), "--out", str(out), *model).returncode == 0
    saved = np.load(out)
    assert (saved.shape, saved.dtype) == ((3, 384), np.float32)
    printed = everybody.vectray("encode", *model, stdin=texts)
    np.testing.assert_allclose(np.loadtxt(printed.stdout.splitlines()), saved, atol=1e-6)
    document = json.loads(everybody.vectray("encode", "-", "--json", *model, stdin=texts).stdout)
    np.testing.assert_allclose(document["vectors"], saved, atol=1e-6)
    assert (document["texts"], document["dimensions"]) == (3, 384)


@pytest.mark.model
def test_encode_says_what_is_wrong(everybody: User, tmp_path: Path) -> None:
    """Unknown model, missing file, no text, no UTF-8, a text over the limit: a sentence each, and no file is written."""
    out = tmp_path / "out.npy"
    assert "no model named 'gpt'" in refused(
        everybody, "encode", "--model", "gpt", "--out", str(out), stdin="a\n"
    )
    assert "No such file" in refused(everybody, "encode", str(tmp_path / "missing"))
    assert "no text to encode" in refused(everybody, "encode", stdin="")
    latin = tmp_path / "latin.txt"
    latin.write_bytes("caf\xe9\n".encode("latin-1"))
    assert "is not UTF-8 text" in refused(everybody, "encode", str(latin))
    assert "Text 1: A text may have" in refused(
        everybody, "encode", "--out", str(out), stdin=f"a\n{'x' * 300_000}\n"
    )
    assert not out.exists()


def test_help_names_every_command(newcomer: User) -> None:
    """A person finds the commands and what they take."""
    overview = newcomer.vectray("--help")
    assert overview.returncode == 0
    for name in ("index", "search", "status", "encode", "folders", "stop"):
        assert name in overview.stdout
        assert newcomer.vectray(name, "--help").returncode == 0
