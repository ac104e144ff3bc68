"""What the tray leads to: every view by its name, and what is chosen and told of the tray itself."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect
from tests.end_to_end.page.visiting import Visit
from tests.page_server import PageServer

from vectray_client.preferences.kept import keep_preferences, read_preferences

pytestmark = pytest.mark.slow


def test_the_page_opens_at_the_view_that_was_meant(visit: Visit, server: PageServer) -> None:
    """In a new tab, and in one that is open already; the code is gone from the address."""
    page = visit(address=server.address(view="problems"))
    expect(page).to_have_url(re.compile("/#problems$"))
    page.goto(server.address(view="add"))
    expect(page).to_have_url(re.compile("/#folders$"))
    expect(page.get_by_role("dialog", name="Add a folder")).to_be_visible()


def test_what_is_chosen_for_the_tray_is_kept_where_the_tray_looks(visit: Visit, server: PageServer) -> None:
    """At once, and what others change meanwhile is shown when the view is opened again."""
    page = visit(address=server.address(view="settings"))
    page.get_by_text("For dark panels").click()
    page.get_by_role("switch", name="A folder is out of reach").uncheck()
    expect(page.get_by_role("switch", name="A folder is out of reach")).not_to_be_checked()
    file = server.places.preferences
    assert read_preferences(file).words()["colours"] == "dark"
    assert read_preferences(file).words()["notify.folder-gone"] == "off"
    start = page.get_by_role("switch", name="Start with the computer")
    start.check()
    entry = server.person / ".config" / "autostart" / "vectray.desktop"
    expect(start).to_be_checked()
    assert entry.is_file()
    entry.unlink()
    keep_preferences(file, {"colours": "auto", "notify.folder-gone": "on"})
    page.get_by_role("link", name="Map").click()
    page.get_by_role("link", name="Settings").click()
    expect(start).not_to_be_checked()
    expect(page.get_by_role("radio", name="As the panel")).to_be_checked()


def test_the_report_can_be_copied(visit: Visit, server: PageServer) -> None:
    """As it stands, without a path; and what is in it is told beside it."""
    page = visit(
        address=server.address(view="diagnostics"), permissions=["clipboard-read", "clipboard-write"]
    )
    page.get_by_role("button", name="Copy the report").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Vectray diagnosis\n")
    assert str(server.home) not in copied
    page.get_by_text("What is in it").click()
    expect(page.get_by_text("it may be shown to others")).to_be_visible()


def test_one_folder_is_paused_by_itself(visit: Visit, server: PageServer, tmp_path: Path) -> None:
    """Its state says so, all of the index is not paused by it, and its end is one click away."""
    other = str(tmp_path.resolve())
    with server.agent() as agent:
        agent.add_folder(other)
        page = visit(address=server.address(view="folders"))
        card = page.get_by_role("listitem").filter(has_text=other)
        card.get_by_text("Pause", exact=True).click()
        card.get_by_role("button", name="For 2 hours").click()
        expect(card).to_contain_text("paused for")
        expect(page.locator("#banner")).to_be_hidden()
        assert {folder.path: folder.is_paused for folder in agent.folders()} == {
            other: True,
            str(server.folder.resolve()): False,
        }
        card.get_by_role("button", name="Resume").click()
        expect(card.get_by_text("Pause", exact=True)).to_be_visible()
        assert not any(folder.is_paused for folder in agent.folders())
        agent.remove_folder(other)


def test_a_recent_document_is_opened_like_a_found_one(visit: Visit) -> None:
    """The page names it by the id that it was shown, never by a path."""
    page = visit()
    with page.expect_request(re.compile("/api/open$")) as asked:
        page.get_by_role("button", name="Open page.html").click()
    assert asked.value.post_data_json.keys() == {"id", "reveal"}
