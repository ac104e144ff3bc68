"""A person with a browser: Debian's Chromium, one for each module, and a fresh profile for each."""

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests import page_server
from tests.end_to_end.page.visiting import Visit
from tests.page_server import PageServer

expect.set_options(timeout=15_000)  # a busy machine is no bug
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageServer]:
    """The agent of somebody whose documents are indexed."""
    with page_server.running(tmp_path_factory.mktemp("page")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's own Chromium; let go after each module, for no other test can run a loop in this process meanwhile."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        # As root it refuses to run inside its own sandbox.
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visit(server: PageServer, browser: Browser) -> Iterator[Visit]:
    """Opens the page; no script of it may fail in the course of the test."""
    contexts = []
    failures: list[str] = []

    def open_page(query: str = "", *, at: str = "", address: str = "", **profile: object) -> Page:
        context = browser.new_context(
            **{"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **profile}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: failures.append(str(error)))
        page.goto(address or server.address(query))
        if at:
            page.get_by_role("searchbox").wait_for()
            page.goto(page.url.partition("#")[0] + at)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert failures == []
