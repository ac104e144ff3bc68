"""Several tabs of one browser, which keeps six connections to a server for all of them together."""

import pytest
from playwright.sync_api import Page, expect
from tests.end_to_end.page.visiting import Visit
from tests.page_server import PageServer

pytestmark = pytest.mark.slow

_SHOWN = """isShown => {
    Object.defineProperty(document, "hidden", { value: !isShown, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""


def show(tab: Page, *, is_shown: bool) -> None:
    """Bring a tab to the front, or put it behind another; without a screen Chromium holds all of them to be in front."""
    tab.evaluate(_SHOWN, is_shown)


def test_any_number_of_tabs_may_be_open(server: PageServer, visit: Visit) -> None:
    """A tab that nobody sees takes no connection from the one in front, and knows the state again once somebody sees it."""
    first = visit("tide")
    expect(first.get_by_text("tides.md").first).to_be_visible()
    show(first, is_shown=False)
    for _ in range(5):
        tab = first.context.new_page()
        tab.goto(server.address("tide"))
        expect(tab.get_by_text("tides.md").first).to_be_visible()
        show(tab, is_shown=False)
    with first.expect_response(lambda answer: answer.url.endswith("/api/state")) as told:
        show(first, is_shown=True)
    assert told.value.status == 200
