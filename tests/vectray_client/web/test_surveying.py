import asyncio
import contextlib
import json
from pathlib import Path
from typing import Any

import httpx
from tests.vectray_client.web.conftest import Site


def surveys(page: httpx.Client, path: Path) -> list[Any]:
    """All lines of a survey."""
    answer = page.get("/api/survey", params={"path": str(path)})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def test_a_folder_is_told_before_it_is_added(page: httpx.Client, tmp_path: Path) -> None:
    """The last line is whole: what would be indexed, what is left out with one example, and nothing is added by it."""
    (tmp_path / "潮汐.txt").write_text("潮汐是海水的涨落。" * 400, "utf-8")
    (tmp_path / "empty.txt").touch()
    *_, last = surveys(page, tmp_path)
    assert (last["is_done"], last["files"]) == (True, 1)
    assert last["han_share"] > 0.9
    assert [(each["files"], each["example"]) for each in last["skipped"]] == [
        (1, str(tmp_path / "empty.txt"))
    ]
    folders = page.get("/api/browse", params={"path": str(tmp_path.parent)}).json()["folders"]
    assert not next(folder for folder in folders if folder["path"] == str(tmp_path))["is_indexed"]


def test_what_lies_in_an_indexed_folder_is_said(page: httpx.Client, site: Site) -> None:
    """A note says where."""
    inner = site.folder / "inner"
    inner.mkdir()
    try:
        *_, last = surveys(page, inner)
    finally:
        inner.rmdir()
    assert any(str(site.folder) in note for note in last["notes"])


def test_what_is_no_folder_is_refused(page: httpx.Client, tmp_path: Path) -> None:
    """A file, a path that is not there, and none at all are answered with a sentence, not with an empty stream."""
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "gone", "relative", ""):
        answer = page.get("/api/survey", params={"path": str(path)})
        assert answer.status_code in (400, 409), path
        assert answer.json()["error"].endswith("."), path


async def test_a_page_that_goes_away_ends_its_surveys(site: Site) -> None:
    """One more than there may be at once is refused; when the others are left, there is room again."""
    with contextlib.closing(site.visitor()) as visitor:
        headers = dict(visitor.headers)
    async with httpx.AsyncClient(base_url=site.root, headers=headers, timeout=10) as client:

        async def status(open_streams: contextlib.AsyncExitStack) -> int:
            asked = client.stream("GET", "/api/survey", params={"path": "/"})
            return (await open_streams.enter_async_context(asked)).status_code

        async with contextlib.AsyncExitStack() as opened:
            statuses = await asyncio.gather(*(status(opened) for _ in range(4)))
            assert sorted(statuses) == [200] * 3 + [429]
        async with asyncio.timeout(10), contextlib.AsyncExitStack() as opened:
            while await status(opened) == 429:  # the server hears of it a moment later
                await asyncio.sleep(0.01)
