"""Everything beside the search: the folders and their work, problems, models, settings; languages, themes and sizes."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.end_to_end.page.visiting import Visit
from tests.page_server import PageServer

pytestmark = pytest.mark.slow
VIEWS = ("search", "map", "folders", "problems", "models", "settings")
CHINESE = re.compile("[\u4e00-\u9fff]")


def open_view(page: Page, view: str) -> Locator:
    """Go to a view; return its part of the page."""
    page.goto(f"{page.url.partition('#')[0]}#{view}")
    if view in VIEWS:
        expect(page.locator(f'#rail a[href="#{view}"]')).to_have_attribute("aria-current", "page")
    return page.get_by_role("main")


def test_a_folder_is_added_looked_at_and_removed(visit: Visit, server: PageServer, tmp_path: Path) -> None:
    """A folder is chosen among those of this machine, tells its state by itself, and is forgotten after one question."""
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.txt").write_text("A glacier moves.", "utf-8")
    page = visit(at="#folders")
    page.get_by_role("button", name="Add a folder").click()
    dialog = page.get_by_role("dialog", name="Add a folder")
    dialog.get_by_role("textbox", name="Path of the folder").fill(str(tmp_path))
    page.keyboard.press("Tab")
    dialog.get_by_role("button", name="inner", exact=True).click()
    expect(dialog.get_by_text("There are no folders in it.")).to_be_visible()
    dialog.get_by_role("button", name="Add this folder").click()
    expect(dialog).to_have_count(0)
    card = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="inner", exact=True))
    expect(card).to_contain_text("1 document")
    page.get_by_role("button", name="Look again at inner").click()
    expect(page.get_by_text("Looked at every file")).to_be_visible()
    page.get_by_role("button", name="Remove inner").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(card).to_be_visible()
    page.get_by_role("button", name="Remove inner").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    expect(card).to_have_count(0)
    with server.agent() as agent:
        assert [folder.path for folder in agent.folders()] == [str(server.folder.resolve())]


def test_a_late_list_of_folders_replaces_nothing(visit: Visit, tmp_path: Path) -> None:
    """What is typed into the field for the path stays, though the folders of another place come after it."""
    page = visit(at="#folders")
    held: list[Route] = []
    page.route(re.compile("/api/browse"), lambda route: held.append(route), times=1)  # noqa: PLW0108 - Playwright sets attributes on what it is given
    with page.expect_request(re.compile("/api/browse")):
        page.get_by_role("button", name="Add a folder").click()
    path = page.get_by_role("dialog").get_by_role("textbox", name="Path of the folder")
    path.fill(str(tmp_path))
    for route in held:
        route.continue_()
    page.keyboard.press("Tab")
    expect(page.get_by_text("There are no folders in it.")).to_be_visible()
    expect(path).to_have_value(str(tmp_path))


def test_indexing_is_paused_and_resumed(visit: Visit, server: PageServer) -> None:
    """The pause holds at once, every view says so, and its end is one click away."""
    page = visit(at="#folders")
    main = page.get_by_role("main")
    main.locator(".view-head").get_by_text("Pause", exact=True).click()
    main.get_by_role("button", name="For 30 minutes").click()
    expect(page.locator("#banner")).to_contain_text("Indexing is paused")
    expect(page.locator(".notice.is-warning")).to_have_count(0)
    with server.agent() as agent:
        assert 1700 < agent.state().pause_seconds_left <= 1800
    main.get_by_role("button", name="Resume").click()
    expect(page.locator("#banner")).to_be_hidden()
    expect(main).to_contain_text("Everything is indexed.")


def test_problems_stand_under_their_reasons(visit: Visit, server: PageServer) -> None:
    """A file that cannot be read is listed with its reason; why is told, and trying again helps once it is mended."""
    broken = server.folder / "broken.pdf"
    broken.write_bytes(b"%PDF-1.4 broken")
    page = visit(at="#problems")
    section = page.locator("section").filter(has=page.get_by_role("heading", name="The PDF is damaged"))
    expect(section).to_contain_text("broken.pdf")
    section.get_by_role("button", name="Why?: broken.pdf").click()
    expect(section.get_by_role("status")).to_contain_text("It could not be read")
    broken.unlink()
    section.get_by_role("button", name="Try again: broken.pdf").click()
    expect(page.get_by_role("heading", name="No problems")).to_be_visible()


def test_models_tell_what_they_are_and_do(visit: Visit) -> None:
    """The model in use comes first; one that is here can be loaded, and says so at once."""
    page = visit(at="#models")
    cards = page.get_by_role("main").locator(".card")
    expect(cards.first).to_contain_text("in use")
    other = cards.filter(has=page.get_by_role("heading", name=re.compile("all-MiniLM-L6-v2")))
    other.get_by_role("button", name="Load: all-MiniLM-L6-v2").click()
    expect(other.get_by_role("button", name="Unload: all-MiniLM-L6-v2")).to_be_visible()
    expect(other).to_contain_text("of memory")
    other.get_by_role("button", name="Unload: all-MiniLM-L6-v2").click()
    expect(other.get_by_role("button", name="Load: all-MiniLM-L6-v2")).to_be_visible()


def test_the_map_can_be_read_without_seeing_it(visit: Visit) -> None:
    """What the canvas shows is listed by groups beside it; a document of the list opens in the preview."""
    page = visit("volcano")
    expect(page.get_by_role("option").first).to_be_visible()

    def drawn(route: Route) -> None:
        answer = page.request.get(
            page.url.partition("#")[0] + "api/search?q=volcano&top=7", headers=route.request.headers
        ).json()
        points = [
            {
                **{name: hit[name] for name in ("id", "name", "title", "type")},
                "x": number / 6,
                "y": 0.5,
                "group": number % 2,
            }
            for number, hit in enumerate(answer["hits"])
        ]
        route.fulfill(
            body=json.dumps({"points": points, "groups": [{"label": "Fire"}, {"label": ""}], "total": 9}),
            content_type="application/json",
        )

    page.route(re.compile("/api/map"), drawn)
    main = open_view(page, "map")
    expect(main.get_by_text("7 of 9 documents")).to_be_visible()
    groups = main.get_by_role("navigation", name="Groups of documents")
    groups.get_by_text("Fire").click()
    groups.get_by_role("button").first.focus()
    page.keyboard.press("Enter")
    expect(main.get_by_role("region", name="Preview").get_by_role("article").first).to_be_visible()
    canvas = main.get_by_role("img")
    canvas.focus()
    for key in ("+", "ArrowLeft", "-", "0"):
        page.keyboard.press(key)
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(main.locator(".map-tip")).to_contain_text(re.compile(r"\w"))


def test_the_language_follows_the_browser_and_can_be_changed(visit: Visit) -> None:
    """Chinese of any kind is answered in Chinese, all else in English; a choice holds at once, everywhere, and is kept."""
    page = visit(at="#settings", locale="zh-TW")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_role("heading", name="设置", level=1)).to_be_visible()
    page.get_by_text("English", exact=True).first.click()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    assert not CHINESE.search(page.get_by_role("navigation", name="Views").inner_text())
    page.reload()
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    expect(visit(locale="fr-FR").locator("html")).to_have_attribute("lang", "en")


def test_dark_follows_the_system_and_can_be_switched(visit: Visit) -> None:
    """The page is as light or dark as the system, until it is told otherwise."""
    page = visit(color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(19, 20, 22)"
    page.get_by_role("button", name="Switch between light and dark").click()
    assert page.evaluate(ground) == "rgb(247, 246, 243)"
    page.reload()
    assert page.evaluate(ground) == "rgb(247, 246, 243)"


@pytest.mark.parametrize(
    "profile",
    [
        {"viewport": {"width": 320, "height": 640}},
        {
            "viewport": {"width": 640, "height": 400},
            "device_scale_factor": 2,
            "color_scheme": "dark",
            "locale": "zh-CN",
        },
    ],
)
def test_nothing_is_wider_than_its_screen_or_without_a_name(visit: Visit, profile: dict) -> None:
    """On the smallest screen, and magnified to 200 %, every view fits its width; and every control has a name."""
    page = visit("tide", **profile)
    expect(page.get_by_role("option").first).to_be_visible()
    for view in (*VIEWS, "diagnostics", "welcome"):
        if view != "search":
            expect(open_view(page, view)).not_to_be_empty()
        assert page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), view
        told = page.locator("body").aria_snapshot()
        assert (
            re.findall(
                r"- (?:button|link|searchbox|textbox|switch|radio|checkbox|listbox|img|region|dialog)(?:$| \[)",
                told,
                re.MULTILINE,
            )
            == []
        ), view


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_their_ground(visit: Visit, scheme: str) -> None:
    """Every pair of letters and ground has a contrast of 4.5 at least (WCAG 2.2, 1.4.3)."""
    page = visit(color_scheme=scheme)
    expect(page.get_by_role("searchbox")).to_be_visible()
    pairs = [
        (ink, ground)
        for ink in ("ink", "muted", "accent")
        for ground in ("ground", "surface", "raised", "hover", "chosen")
    ]
    pairs += [
        ("on-accent", "accent"),
        ("warning-ink", "warning"),
        ("mark-words-ink", "mark-words"),
        ("danger", "raised"),
        ("muted", "sunken"),
        ("ground", "ink"),
    ]
    low = page.evaluate(
        """(pairs) => {
          const dot = document.body.appendChild(document.createElement("i"));
          const light = (name) => {
            dot.style.color = `var(--${name})`;
            const parts = getComputedStyle(dot).color.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
            const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const contrast = ([a, b]) => [light(a), light(b)].sort((x, y) => y - x).reduce((x, y) => (x + 0.05) / (y + 0.05));
          return pairs.filter((pair) => contrast(pair) < 4.5).map((pair) => [...pair, contrast(pair)]);
        }""",
        pairs,
    )
    assert low == []
