import sys
from pathlib import Path

import httpx
import pytest
from tests.vectray_client.web.conftest import Site

from vectray_client.preferences.kept import keep_preferences

ENTRY = Path("desktop", "autostart", "vectray.desktop")


def test_the_page_and_others_share_one_file(page: httpx.Client, site: Site) -> None:
    """What the page keeps others read, and what others keep the page reads; each answer is all that holds now."""
    told = page.get("/api/preferences").json()
    assert told["chosen"].keys() == told["choices"].keys()
    kept = page.post("/api/preferences", json={"name": "notify.problems", "value": "off"}).json()
    assert kept["chosen"] == {**told["chosen"], "notify.problems": "off"}
    keep_preferences(site.places.preferences, {"language": "zh", "notify.problems": "on"})
    assert page.get("/api/preferences").json()["chosen"] == {**told["chosen"], "language": "zh"}
    keep_preferences(site.places.preferences, {"language": "auto"})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "language"},
        {"name": "language", "value": "fr"},
        {"name": "first-index-told", "value": "on"},
        {"name": "x", "value": "on"},
    ],
)
def test_what_cannot_be_chosen_is_refused(page: httpx.Client, body: dict[str, str]) -> None:
    """In one sentence, and nothing is changed."""
    before = page.get("/api/preferences").json()
    answer = page.post("/api/preferences", json=body)
    assert answer.status_code in (400, 409)
    assert answer.json()["error"].endswith(".")
    assert page.get("/api/preferences").json() == before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file")
def test_it_starts_with_the_computer_as_the_system_has_it(page: httpx.Client, site: Site) -> None:
    """Off until it is switched on; what is removed elsewhere is off here, too."""
    entry = site.places.config.parent / ENTRY
    assert page.get("/api/autostart").json()["is_on"] is False
    assert page.post("/api/autostart", json={"on": True}).json()["is_on"] is True
    assert page.post("/api/autostart", json={}).status_code == 400
    assert entry.is_file()
    entry.unlink()
    assert page.get("/api/autostart").json()["is_on"] is False
    assert page.post("/api/autostart", json={"on": False}).json()["is_on"] is False


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such file")
def test_a_system_that_refuses_is_quoted(page: httpx.Client, site: Site) -> None:
    """Where the entry cannot be written, a sentence says why, and nothing claims that it is on."""
    folder = (site.places.config.parent / ENTRY).parent
    folder.parent.mkdir(exist_ok=True)
    if folder.is_dir():
        folder.rmdir()
    folder.touch()  # not even root makes a folder of that
    try:
        answer = page.post("/api/autostart", json={"on": True})
        assert (answer.status_code, answer.json()["code"]) == (409, "NOT_KEPT")
        assert page.get("/api/autostart").json()["is_on"] is False
    finally:
        folder.unlink()
