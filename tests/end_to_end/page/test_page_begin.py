"""The first visit of somebody who has no folder yet, and the choice of a folder later on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests import page_server
from tests.end_to_end.page.visiting import Visit
from tests.page_server import PageServer

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def beginner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """The agent of somebody who has documents, and no folder of them indexed."""
    with page_server.running(tmp_path_factory.mktemp("begin"), {"a.txt": "A tide."}) as running:
        for name, text in {
            "Documents/tide.txt": "A tide rises.",
            "Notes/潮汐.txt": "潮汐涨落。" * 500,
        }.items():
            file = running.person / name
            file.parent.mkdir(parents=True)
            file.write_text(text, "utf-8")
        (running.person / "Notes" / "empty.txt").touch()
        (running.person / "Desktop").mkdir()
        forget_all(running)
        yield running


def forget_all(server: PageServer) -> None:
    """Remove every folder from the index."""
    with server.agent() as agent:
        for folder in agent.folders():
            agent.remove_folder(folder.path)


def indexed(server: PageServer) -> list[str]:
    """Names of the indexed folders."""
    with server.agent() as agent:
        return [Path(folder.path).name for folder in agent.folders()]


def offer(page: Page, name: str) -> str:
    """What is said of an offered folder, once it is looked through."""
    card = page.locator(".is-offer").filter(has_text=name)
    expect(card).to_contain_text("file")
    expect(card.get_by_text("counting...")).to_have_count(0)
    return card.inner_text()


def test_the_first_visit_begins_by_itself(visit: Visit, beginner: PageServer) -> None:
    """Likely folders are chosen and counted, the others can be; nothing starts with the computer unasked; and soon there is something to find."""
    page = visit(address=beginner.address())
    expect(page.get_by_role("heading", name="Welcome", level=1)).to_be_visible()
    said = offer(page, "Notes")
    assert "is Chinese" in said
    assert "1 is left out: it is empty" in said
    assert "1 file" in offer(page, "Documents")
    expect(page.get_by_text("In all: 2 files")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Desktop")).not_to_be_checked()
    page.get_by_role("checkbox", name="Notes").uncheck()
    expect(page.get_by_text("In all: 1 file")).to_be_visible()
    expect(page.get_by_role("switch", name="Start with the computer")).not_to_be_checked()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_text("1 document is found")).to_be_visible()
    assert indexed(beginner) == ["Documents"]
    assert not (beginner.person / ".config" / "autostart").exists()
    page.get_by_role("main").get_by_role("link", name="Search").click()
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_a_whole_home_folder_takes_a_second_click(visit: Visit, beginner: PageServer) -> None:
    """The first one looks through it and says what it is; whoever goes on to a folder in it is asked nothing."""
    forget_all(beginner)
    page = visit(address=beginner.address(view="add"))
    dialog = page.get_by_role("dialog", name="Add a folder")
    dialog.get_by_role("button", name="Add this folder").click()
    expect(dialog.get_by_text("your whole home folder")).to_be_visible()
    expect(dialog.get_by_role("button", name="Add all of it nevertheless")).to_be_visible()
    assert indexed(beginner) == []
    dialog.get_by_role("button", name="Notes", exact=True).click()
    expect(dialog.get_by_text("1 file, ")).to_be_visible()
    dialog.get_by_text("1 is left out").click()
    expect(dialog.get_by_text("It is empty.")).to_be_visible()
    dialog.get_by_role("button", name="Add this folder").click()
    expect(dialog).to_have_count(0)
    assert indexed(beginner) == ["Notes"]


def test_what_is_no_folder_is_said(visit: Visit, beginner: PageServer) -> None:
    """A file cannot be chosen, and the words say why, in the language of the page."""
    page = visit(address=beginner.address(view="add"), locale="zh-CN")
    dialog = page.get_by_role("dialog", name="添加文件夹")
    dialog.get_by_role("textbox", name="文件夹路径").fill(str(beginner.person / "Documents" / "tide.txt"))
    before = indexed(beginner)
    dialog.get_by_role("button", name="添加此文件夹").click()
    expect(dialog.get_by_role("status")).to_contain_text("不是文件夹")
    expect(dialog).to_be_visible()
    assert indexed(beginner) == before


def test_a_double_click_confirms_nothing(visit: Visit, beginner: PageServer) -> None:
    """Of a whole home folder the second click is a deliberate one, not the other half of the first."""
    page = visit(address=beginner.address(view="add"))
    before = indexed(beginner)
    dialog = page.get_by_role("dialog", name="Add a folder")
    add = dialog.locator(".acts button").first
    add.dispatch_event("click", {"detail": 1})
    expect(dialog.get_by_role("button", name="Add all of it nevertheless")).to_be_visible()
    add.dispatch_event("click", {"detail": 2})
    expect(dialog.get_by_text("your whole home folder")).to_be_visible()
    assert indexed(beginner) == before


def test_what_was_chosen_stays_chosen(visit: Visit, beginner: PageServer) -> None:
    """Who looks at another view before they begin finds their ticks again, and every chosen folder counted."""
    forget_all(beginner)
    page = visit(address=beginner.address(view="welcome"))
    offer(page, "Documents")
    page.get_by_role("switch", name="Start with the computer").check()
    page.get_by_role("checkbox", name="Notes").uncheck()
    page.get_by_role("checkbox", name="Desktop").check()
    page.get_by_role("link", name="Settings").click()
    page.go_back()
    expect(page.get_by_role("switch", name="Start with the computer")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Notes")).not_to_be_checked()
    assert "0 files" in offer(page, "Desktop")
