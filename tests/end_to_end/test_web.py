"""The page as a person opens it: the command, the real agent that serves it, the programs that show what was found."""

import html
import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests import page_server
from tests.page_server import PageServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """Somebody whose files are opened by a program that notes what it was told."""
    home = tmp_path_factory.mktemp("家 web")
    viewer = home / "viewer"
    viewer.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{home}/viewed"\n', "utf-8")
    viewer.chmod(0o700)
    (home / "config").mkdir()
    (home / "config" / "config.toml").write_text(
        f"""[client]\nopen_with = ["'{viewer}' --line {{line}} {{path}}", "'{viewer}' {{path}}"]\n""", "utf-8"
    )
    with page_server.running(home) as running:
        yield running


def vectray(server: PageServer, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command of theirs."""
    return subprocess.run(
        [sys.executable, "-m", "vectray_client", *words],
        env={**server.environment, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def viewed(server: PageServer) -> list[str]:
    """What the viewer was told."""
    file = server.home / "viewed"
    server.wait(file.exists)
    words = file.read_text("utf-8").splitlines()
    file.unlink()
    return words


def hit_of(client: httpx.Client, query: str, name: str) -> Any:  # noqa: ANN401 - a hit, as JSON
    """The hit of a file."""
    hits = client.get("/api/search", params={"q": query, "fresh_ms": 5000}).json()["hits"]
    return next(hit for hit in hits if hit["name"] == name)


def test_the_command_opens_a_browser(server: PageServer) -> None:
    """The browser is given a file that only its user can read, and finds the address there; the code stands on no command line."""
    browser = server.home / "browser"
    browser.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{server.home}/opened"\n', "utf-8")
    browser.chmod(0o700)
    done = vectray(server, "web", "潮 tides", BROWSER=str(browser))
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    file = Path(httpx.URL((server.home / "opened").read_text("utf-8")).path)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    found = re.search(r'content="0; url=([^"]*)"', file.read_text("utf-8"))
    assert found
    root, _, fragment = html.unescape(found[1]).partition("/#")
    code = httpx.QueryParams(fragment)
    assert code["q"] == "潮 tides"
    assert httpx.post(f"{root}/session", json={"code": code["code"]}).status_code == 200
    assert httpx.post(f"{root}/session", json={"code": code["code"]}).status_code == 403


def test_the_address_can_be_had_without_a_browser(server: PageServer) -> None:
    """On stdout, alone; a machine without any browser says how."""
    printed = vectray(server, "web", "--print").stdout
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#code=[\w-]{43}\n", printed)
    nowhere = vectray(server, "web", BROWSER="", PATH=os.devnull)
    assert (nowhere.returncode, nowhere.stdout) == (2, "")
    assert "vectray web --print" in nowhere.stderr


def test_what_was_found_is_opened_at_its_place(server: PageServer) -> None:
    """By the person's own program, with the path as it is; a copy, or a file named on the map, without a line."""
    with closing(server.client()) as client:
        hit = hit_of(client, "潮水", "潮汐.md")
        assert client.post("/api/open", json={"id": hit["id"]}).json() == {"message": ""}
        assert viewed(server) == ["--line", str(hit["line"]), str(server.folder / "潮汐.md")]
        markup = hit_of(client, "markup", "<img src=x onerror=alert(1)>.txt")
        assert client.post("/api/open", json={"id": markup["id"]}).status_code == 200
        assert viewed(server)[-1] == str(server.folder / "<img src=x onerror=alert(1)>.txt")


def test_a_file_that_is_another_now_is_said(server: PageServer) -> None:
    """Changed, it is opened and said; gone, or no longer in an indexed folder, it is not opened."""
    file = server.folder / "passing.txt"
    file.write_text("passing clouds", "utf-8")
    with closing(server.client()) as client:
        hit = hit_of(client, "passing clouds", file.name)
        assert client.post("/api/pause", json={"seconds": 60}).status_code == 200
        file.write_text("passing clouds and more", "utf-8")
        assert "has changed" in client.post("/api/open", json={"id": hit["id"]}).json()["message"]
        viewed(server)
        file.unlink()
        gone = client.post("/api/open", json={"id": hit["id"]})
        assert (gone.status_code, gone.json()["code"]) == (409, "FAULT")
        file.symlink_to("/etc/hostname")
        swapped = client.post("/api/open", json={"id": hit["id"]})
        assert (swapped.status_code, swapped.json()["code"]) == (403, "NOT_INDEXED")
        file.unlink()
        assert client.post("/api/resume", json={}).status_code == 200
    assert not (server.home / "viewed").exists()


def test_folders_are_steered_from_the_page(server: PageServer, tmp_path: Path) -> None:
    """Added, looked at again, explained and removed; what is no folder is refused with a sentence."""
    (tmp_path / "note.txt").write_text("a note about lichen", "utf-8")
    (tmp_path / "empty.txt").touch()
    with closing(server.client()) as client:
        added = client.post("/api/folders", json={"path": str(tmp_path)}).json()["folder"]
        assert added["path"] == str(tmp_path)
        note = hit_of(client, "lichen", "note.txt")
        why = client.post("/api/explain", json={"id": note["id"]}).json()["sentence"]
        assert "indexed" in why or "found by words" in why  # its vector may not be made yet
        assert client.post("/api/rescan", json={"path": str(tmp_path)}).json()["dirty"] >= 0
        listed = client.get("/api/browse", params={"path": str(tmp_path.parent)}).json()["folders"]
        assert [folder["is_indexed"] for folder in listed if folder["path"] == str(tmp_path)] == [True]
        assert client.post("/api/forget", json={"id": note["id"]}).json() == {"files": 1}
        refused = client.post("/api/folders", json={"path": str(tmp_path / "note.txt")})
        assert (refused.status_code, refused.json()["code"]) == (400, "NOT_A_FOLDER")
        assert client.request("DELETE", "/api/folders", json={"path": str(tmp_path)}).status_code == 200
        assert client.request("DELETE", "/api/folders", json={"path": str(tmp_path)}).status_code == 404


def test_models_are_shown_and_steered(server: PageServer) -> None:
    """The page sees which are loaded, as they change, and has them loaded and unloaded."""
    with closing(server.client()) as client:
        models = {model["name"]: model for model in client.get("/api/models").json()["models"]}
        assert models["all-MiniLM-L6-v2"]["is_present"]
        with client.stream("GET", "/api/state") as answer:
            states = (json.loads(line) for line in answer.iter_lines() if line)
            assert next(states)["daemon"]["models"][0].keys() == models["all-MiniLM-L6-v2"].keys()
            loaded = client.post("/api/models/load", json={"model": "all-MiniLM-L6-v2"}).json()["model"]
            assert loaded["state"] == "ready"
            assert any(state_of(state, "all-MiniLM-L6-v2") == "ready" for state in states)
        assert client.post("/api/models/unload", json={"model": "all-MiniLM-L6-v2"}).status_code == 200
        unknown = client.post("/api/models/load", json={"model": "nobody's"})
        assert (unknown.status_code, unknown.json()["code"]) == (404, "MODEL_UNKNOWN")


def test_the_model_is_loaded_before_anybody_asks(server: PageServer) -> None:
    """Whoever opens the page has it loaded, and the first question does not wait for that."""
    with closing(server.client()) as client:
        model = first_state(client)["agent"]["model"]
        client.post("/api/models/unload", json={"model": model})
        assert state_of(first_state(client), model) == "available"
        with closing(server.client()):
            server.wait(lambda: state_of(first_state(client), model) == "ready")


def first_state(client: httpx.Client) -> Any:  # noqa: ANN401 - a line of the stream
    """What a page is told at first."""
    with client.stream("GET", "/api/state") as answer:
        return json.loads(next(answer.iter_lines()))


def state_of(state: Any, name: str) -> str:  # noqa: ANN401 - a line of the stream
    """Where a model stands."""
    return next(str(model["state"]) for model in state["daemon"]["models"] if model["name"] == name)


def test_a_page_outlives_its_agent(server: PageServer) -> None:
    """The next agent serves it at the same place once it is opened again; tokens of before are good no more, and the code neither."""
    before = server.address()
    with closing(server.client()) as client:
        server.stop()
        with pytest.raises(httpx.ConnectError):
            client.get("/api/settings")
        server.start()
        after = server.address()
        assert after.partition("#")[0] == before.partition("#")[0]
        assert client.get("/api/settings").json()["code"] == "NO_SESSION"
        code = before.partition("#code=")[2]
        assert client.post("/session", json={"code": code}).json()["code"] == "BAD_CODE"
    assert server.log() == ""
