"""The commands when something is missing or wrong: one sentence, a status, nothing lost."""

import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.end_to_end.conftest import User
from tests.light_worker import DIMENSIONS

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
    """A first search says what to do; the lists are empty, and nothing is started."""
    beginning = "vectray: Nothing is indexed yet: `vectray index FOLDER` begins."
    assert refused(newcomer, "search", "anything") == beginning
    assert refused(newcomer, "index") == beginning
    assert refused(newcomer, "folders", "remove", "anything") == beginning
    assert newcomer.json("folders") == newcomer.json("folders", "list") == {"folders": []}
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


@pytest.mark.slow
def test_what_is_asked_about_nothing_is_answered(newcomer: User, tmp_path: Path) -> None:
    """Without an index a path has its reason, nothing is a problem, and there is nothing to look at again or to forget."""
    why = newcomer.json("why", str(tmp_path))["explanation"]
    assert why == "It lies outside every indexed folder; `vectray index FOLDER` adds one."
    assert newcomer.json("problems") == {"problems": []}
    for command in ("rescan", "forget"):
        assert refused(newcomer, command, str(tmp_path)).startswith("vectray: Nothing is indexed yet")
    assert not newcomer.home.exists()


@pytest.mark.slow
def test_a_folder_can_be_added_before_it_is_indexed(newcomer: User, tmp_path: Path) -> None:
    """It is listed and waits; a second command that names none brings all folders in."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "nothing.md").touch()
    added = newcomer.vectray("folders", "add", str(folder))
    assert (added.returncode, added.stdout) == (0, "")
    assert f"`vectray index {folder}` brings it in" in added.stderr
    assert newcomer.json("folders") == {"folders": [{"path": str(folder), "files": 0}]}
    assert newcomer.json("status")["pending"] == 1
    assert "is out of reach" in refused(newcomer, "folders", "add", str(tmp_path / "missing"))


@pytest.mark.parametrize(
    "words",
    [
        ("index", ""),
        ("folders", "remove", ""),
        ("search", "x", "--since", ""),
        ("search", os.fsdecode(b"\xff")),
        ("index", os.fsdecode(b"\xff")),
        ("encode", "--out", "."),
        ("index", "--bogus"),
    ],
)
def test_an_odd_argument_is_refused(newcomer: User, words: tuple[str, ...]) -> None:
    """Each with one sentence, before anything is begun."""
    assert refused(newcomer, *words, stdin="").startswith("vectray: ")
    assert not newcomer.home.exists()


def test_vectrays_own_folders_are_not_indexed(newcomer: User) -> None:
    """The index would see itself change for ever."""
    newcomer.places.data.mkdir(parents=True)
    assert "belongs to Vectray itself" in refused(newcomer, "index", str(newcomer.places.data))


@pytest.mark.parametrize("setting", ["client = 3", '[client]\nignore = ["!"]', '[client]\nmodle = "x"'])
def test_an_odd_setting_is_refused(newcomer: User, setting: str) -> None:
    """The sentence names the file; stopping works all the same."""
    newcomer.configure(setting)
    assert str(newcomer.places.config_file) in refused(newcomer, "status")
    assert newcomer.vectray("stop").returncode == 0


@pytest.mark.slow
def test_streams_that_are_closed_or_full_are_no_disaster(newcomer: User) -> None:
    """Without stdout, stderr or room on the disk a command still ends with a status and no traceback."""
    command = f"{shlex.quote(sys.executable)} -m vectray_client"
    for words, status in {
        "status >&-": 0,
        "status <&- >&- 2>&-": 0,
        "search x 2>&-": 2,
        "encode <&-": 2,
        "status > /dev/full": 2,
        "search x 2> /dev/full": 2,
    }.items():
        done = subprocess.run(
            ["/bin/sh", "-c", f"{command} {words}"],
            env=newcomer.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (status, False), (words, done.stderr)


def test_a_folder_that_is_none(newcomer: User, tmp_path: Path) -> None:
    """A missing folder and a file are told apart, before anything is begun."""
    file = tmp_path / "file.md"
    file.write_text("text", "utf-8")
    assert "is out of reach: No such file or directory" in refused(
        newcomer, "index", str(tmp_path / "missing")
    )
    assert f"{file} is not a folder." in refused(newcomer, "index", str(tmp_path), str(file))
    assert not newcomer.places.index.exists()


@pytest.mark.parametrize("query", ["", pytest.param(" \n", marks=pytest.mark.slow)])
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
    for words in (("search", "anything"), ("status",), ("index", str(newcomer.home.parent))):
        assert "is not an index of Vectray" in refused(newcomer, *words)
    assert database.read_bytes() == b"somebody's novel" * 1000


def test_an_unwritable_home(newcomer: User) -> None:
    """A home that cannot be made is told as such."""
    newcomer.home.parent.mkdir(exist_ok=True)
    newcomer.home.write_text("a file where the folder should be", "utf-8")
    assert str(newcomer.home) in refused(newcomer, "encode", stdin="text\n")


@pytest.mark.parametrize("day", ["yesterday", pytest.param("2026-13-01", marks=pytest.mark.slow)])
def test_an_odd_date_is_refused(newcomer: User, day: str) -> None:
    """Dates that are none are not guessed at."""
    assert "neither a day" in refused(newcomer, "search", "x", "--since", day)


def test_encode_makes_one_vector_a_line(light: User, tmp_path: Path) -> None:
    """Texts from a file or a pipe become rows, as .npy, JSON or plain numbers; a blank line is a row too."""
    texts = "The tide rises.\n\n潮汐\n"
    file, out = tmp_path / "texts.txt", tmp_path / "vectors.npy"
    file.write_text(texts, "utf-8")
    assert light.vectray("encode", str(file), "--out", str(out)).returncode == 0
    saved = np.load(out)
    assert (saved.shape, saved.dtype) == ((3, DIMENSIONS), np.float32)
    printed = light.vectray("encode", stdin=texts)
    np.testing.assert_allclose(np.loadtxt(printed.stdout.splitlines()), saved, rtol=1e-6)
    document = json.loads(light.vectray("encode", "-", "--json", stdin=texts).stdout)
    np.testing.assert_allclose(document["vectors"], saved, rtol=1e-6)
    assert (document["texts"], document["dimensions"]) == (3, DIMENSIONS)


def test_encode_says_what_is_wrong(light: User, tmp_path: Path) -> None:
    """Unknown model, missing file, no text, no UTF-8, a text over the limit: a sentence each, and no file is written."""
    out = tmp_path / "out.npy"
    assert "no model named 'gpt'" in refused(
        light, "encode", "--model", "gpt", "--out", str(out), stdin="a\n"
    )
    assert "No such file" in refused(light, "encode", str(tmp_path / "missing"))
    assert "no text to encode" in refused(light, "encode", stdin="")
    latin = tmp_path / "latin.txt"
    latin.write_bytes("caf\xe9\n".encode("latin-1"))
    assert "is not UTF-8 text" in refused(light, "encode", str(latin))
    assert "Text 1: A text may have" in refused(
        light, "encode", "--out", str(out), stdin=f"a\n{'x' * 300_000}\n"
    )
    assert not out.exists()


@pytest.mark.slow
def test_help_names_every_command(newcomer: User) -> None:
    """A person finds the commands and what they take."""
    overview = newcomer.vectray("--help")
    assert overview.returncode == 0
    for name in ("index", "search", "status", "encode", "folders", "stop"):
        assert name in overview.stdout
        assert newcomer.vectray(name, "--help").returncode == 0


@pytest.mark.slow
@pytest.mark.model
def test_status_shows_the_index_whatever_the_daemon_does(everybody: User) -> None:
    """A daemon that hangs is told as such, soon, and the rest is shown."""
    everybody.vectray("encode", stdin="it runs\n")
    daemon = everybody.json("status")["daemon"]
    assert set(daemon) >= {"pid", "rss_bytes", "models"}
    os.kill(daemon["pid"], signal.SIGSTOP)
    try:
        done = everybody.vectray("status", "--json")
    finally:
        os.kill(daemon["pid"], signal.SIGCONT)
    assert done.returncode == 0
    assert json.loads(done.stdout)["daemon"] is None
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.model
@pytest.mark.slow
def test_a_new_model_in_the_settings_is_taken_up(newcomer: User, tmp_path: Path) -> None:
    """Even where no file has changed; one that nobody knows is refused and changes nothing."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "a.md").write_text("The sea rises and falls twice a day.", "utf-8")
    newcomer.configure('[client]\nmodel = "all-minilm-l6-v2"\n')
    assert newcomer.json("index", str(folder))["embedded"] == 1
    newcomer.configure('[client]\nmodel = "nope"\n')
    assert "no model named 'nope'" in refused(newcomer, "index", str(folder))
    assert newcomer.json("search", "tides")["hits"][0]["vector_score"] is not None
    newcomer.configure('[client]\nmodel = "ALL-MiniLM-L6-v2"\n')
    assert newcomer.json("index", str(folder))["embedded"] == 0
    newcomer.configure("")
    assert newcomer.json("index", str(folder))["embedded"] == 0, "the index keeps its model"


def test_a_reader_of_the_output_may_leave(light: User, tmp_path: Path) -> None:
    """As under `| head`: the command ends as other programs do, and says nothing."""
    texts = tmp_path / "texts.txt"
    texts.write_text("a text\n" * 300, "utf-8")
    with light.start("encode", str(texts)) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.readline()
        running.stdout.close()
        assert running.stderr.read() == ""
        assert running.wait(timeout=60) == 128 + signal.SIGPIPE


def test_encode_writes_where_it_is_told(light: User, tmp_path: Path) -> None:
    """Through a link, and into a pipe, which stays one."""
    target = tmp_path / "target.npy"
    (tmp_path / "link.npy").symlink_to(target)
    assert light.vectray("encode", "--out", str(tmp_path / "link.npy"), stdin="a\n").returncode == 0
    assert (tmp_path / "link.npy").is_symlink()
    assert np.load(target).shape == (1, DIMENSIONS)
    pipe = tmp_path / "pipe.npy"
    os.mkfifo(pipe)
    with light.start("encode", str(target.with_name("a.txt")), "--out", str(pipe)) as running:
        assert "No such file" in running.communicate(timeout=60)[1], "nobody waits for a reader in vain"
    assert pipe.is_fifo()
