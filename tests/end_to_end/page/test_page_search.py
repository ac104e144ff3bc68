"""The search, as somebody uses it who reads, types and presses keys."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect
from tests.end_to_end.page.visiting import Visit

pytestmark = pytest.mark.slow


def options(page: Page) -> list[str]:
    """The names of the documents that are listed."""
    return [row.get_attribute("title") or "" for row in page.locator("[role=option] .row-name bdi").all()]


def type_in(page: Page, words: str) -> None:
    """Type into the field, which has the focus once the page is there."""
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(words)


def answered(page: Page, name: str) -> None:
    """Wait until a document is the first one of a whole answer."""
    expect(page.locator("[role=option]").first).to_contain_text(name)
    expect(page.locator(".count")).to_contain_text("ms")


def test_documents_are_found_while_somebody_types(visit: Visit) -> None:
    """What is typed is found without another key, told by number, marked, and kept in the address."""
    page = visit()
    expect(page.get_by_role("searchbox", name="Search your documents")).to_be_focused()
    type_in(page, "molten rock")
    answered(page, "volcano.txt")
    expect(page.get_by_role("status").filter(has_text="document")).to_contain_text(
        re.compile(r"\d+ documents?")
    )
    expect(page.get_by_role("listbox", name="Results")).to_be_visible()
    expect(page.locator("[role=option]").first.locator("mark.words").first).to_have_text(
        re.compile("molten|rock")
    )
    assert page.url.endswith("#search?q=molten+rock")


def test_an_older_answer_never_replaces_a_newer_one(visit: Visit) -> None:
    """The answer to what was typed first may come last, and is then not shown."""
    page = visit()
    held: list[Route] = []
    page.route(re.compile(r"/api/search\?q=volcanoes&"), lambda route: held.append(route))  # noqa: PLW0108 - Playwright sets attributes on what it is given
    with page.expect_request(re.compile(r"q=volcanoes&")):
        type_in(page, "volcanoes")
    page.get_by_role("searchbox").fill("harbour")
    answered(page, "page.html")
    for route in held:
        route.continue_()
    expect(page.locator("[role=option]").first).to_contain_text("page.html")


def test_nobody_waits_for_the_best_sentences(visit: Visit) -> None:
    """The whole answer stands before excerpts are weighed by meaning; these take its place where they can be had, and else it stays."""
    page = visit()
    held: list[Route] = []
    page.route(re.compile(r"/api/search\?q=tide&.*excerpt_ms"), lambda route: held.append(route))  # noqa: PLW0108 - as above
    with page.expect_request(re.compile(r"q=tide&.*excerpt_ms")):
        type_in(page, "tide")
    answered(page, "tides.md")
    found = options(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    held.pop().continue_()
    expect(page.locator("[role=option] .row-excerpt mark.meaning").first).to_be_visible()
    expect(page.locator("[role=option]").nth(1)).to_have_attribute("aria-selected", "true")
    with page.expect_request(re.compile(r"q=tide&.*excerpt_ms")):
        page.reload()
    answered(page, "tides.md")
    held.pop().abort()
    expect(page.locator(".passage.is-found")).to_be_visible()
    assert options(page) == found


def test_half_typed_pinyin_is_not_searched(visit: Visit) -> None:
    """An input method's letters are no query until it has settled them; then they are one at once."""
    page = visit()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/search" in request.url else None)
    expect(page.get_by_role("searchbox")).to_be_focused()
    keyboard = page.context.new_cdp_session(page)
    for letters in ("c", "ch", "chao", "chao xi"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)},
        )
    expect(page.get_by_role("searchbox")).to_have_value("chao xi")
    assert asked == []
    keyboard.send("Input.insertText", {"text": "潮汐"})
    answered(page, "潮汐.md")
    assert not any("chao" in url for url in asked)


def test_everything_can_be_done_from_the_keyboard(visit: Visit) -> None:
    """Arrows choose, space reads, escape goes back, enter opens, ctrl and enter shows in the folder, a slash leads to the field."""
    page = visit()
    orders: list[dict] = []

    def note(route: Route) -> None:
        orders.append(route.request.post_data_json)
        route.fulfill(json={"message": ""})

    page.route("**/api/open", note)
    type_in(page, "spring tide")
    answered(page, "tides.md")
    page.keyboard.press("ArrowDown")
    listbox = page.get_by_role("listbox")
    expect(listbox).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_id("hit-1")
    expect(listbox).to_have_attribute("aria-activedescendant", "hit-1")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    expect(page.get_by_role("group", name="Text of the document")).to_be_focused()
    page.keyboard.press("Escape")
    expect(listbox).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("tides.md is opened.")).to_be_visible()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("tides.md is shown in its folder.")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("searchbox")).to_have_value("")
    assert [order["reveal"] for order in orders] == [False, True]
    assert not any("path" in order for order in orders)


def test_a_document_is_read_beside_the_list(visit: Visit) -> None:
    """The preview shows where the document is, the passage that was found, its words marked, and what can be done."""
    page = visit("Sun and moon pull together")
    answered(page, "tides.md")
    preview = page.get_by_role("region", name="Preview")
    expect(preview.get_by_role("heading", name="tides.md")).to_be_visible()
    expect(preview.get_by_role("article").and_(page.locator("[aria-current=true]"))).to_contain_text(
        "pull together"
    )
    expect(preview.get_by_text("found here")).to_be_visible()
    for name in ("Open", "Show in folder", "Copy text", "More like this"):
        expect(preview.get_by_role("button", name=name)).to_be_visible()


def test_more_of_the_same_kind_can_be_asked_for(visit: Visit) -> None:
    """What is like a document is listed, and the way back leads to the search before."""
    page = visit("spring")
    answered(page, "tides.md")
    page.get_by_role("button", name="More like this").click()
    expect(page.get_by_text('More like "tides.md"')).to_be_visible()
    expect(page.get_by_role("option").first).to_be_visible()
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("spring")


def test_a_chip_writes_its_filter_into_the_query(visit: Visit) -> None:
    """Filters are chosen or typed, which is the same; the cross takes them out again."""
    page = visit("tide")
    filters = page.get_by_role("group", name="Filters")
    filters.get_by_text("Type", exact=True).click()
    filters.get_by_role("button", name="Web page").click()
    expect(page.get_by_role("searchbox")).to_have_value("tide type:html")
    answered(page, "page.html")
    assert options(page) == ["page.html"]
    filters.get_by_role("button", name="Remove the filter Type").click()
    expect(page.get_by_role("searchbox")).to_have_value("tide")
    page.get_by_role("searchbox").fill("tide name:潮")
    expect(filters.get_by_text("Name: 潮")).to_be_visible()


def test_the_way_back_leads_through_the_queries(visit: Visit) -> None:
    """A query is an address: it can be reloaded and gone back to."""
    page = visit("volcano")
    answered(page, "volcano.txt")
    page.goto(page.url.partition("#")[0] + "#search?q=harbour")
    answered(page, "page.html")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_have_value("volcano")
    answered(page, "volcano.txt")
    page.reload()
    answered(page, "volcano.txt")


def test_markup_in_names_and_texts_is_text(visit: Visit) -> None:
    """A document that holds a script, in a file whose name is an element, is shown letter by letter; nothing of it runs."""
    page = visit("script markup")
    answered(page, "<img src=x onerror=alert(1)>.txt")
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    expect(page.get_by_role("region", name="Preview")).to_contain_text(
        "<script>alert('text')</script> is text & nothing <b>else</b>. 😀 markup"
    )
    assert page.locator("main img, main script, main b").count() == 0


def test_what_is_missing_from_an_answer_is_said(visit: Visit) -> None:
    """Files that wait, and a model that cannot be had, are told beside the documents."""
    page = visit()

    def lacking(route: Route) -> None:
        answer = route.fetch().json()
        told = {
            "fresh": False,
            "pending": 2,
            "pending_paths": ["/home/me/new.md", "/home/me/newer.md"],
            "words_only_reason": "vectrayd does not answer.",
        }
        route.fulfill(body=json.dumps({**answer, **told}), content_type="application/json")

    page.route(re.compile(r"/api/search\?(?!.*excerpt_ms)"), lacking)
    type_in(page, "tide")
    expect(page.get_by_text("Found by words alone. Vectrayd does not answer.")).to_be_visible()
    page.get_by_text("2 changed files are not yet in this answer").click()
    expect(page.locator(".status-rest")).to_contain_text("/home/me/newer.md")


def test_nothing_found_leaves_a_way_on(visit: Visit) -> None:
    """Where a filter or quotation marks leave nothing, the search without them is one click away."""
    page = visit("tide type:epub")
    expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()
    page.get_by_role("button", name="Search without type:epub").click()
    answered(page, "tides.md")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.get_by_role("searchbox").fill('"tide the moon"')
    page.get_by_role("button", name="Search without quotation marks").click()
    answered(page, "tides.md")


def test_the_keys_are_told_on_request(visit: Visit) -> None:
    """A question mark outside the field shows all keys; numbers lead to the views."""
    page = visit()
    page.get_by_role("button", name="Keyboard").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("show it in its folder")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("3")
    expect(page.get_by_role("heading", name="Folders", level=1)).to_be_visible()
