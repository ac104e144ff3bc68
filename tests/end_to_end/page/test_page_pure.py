"""The page's pure functions, called in the browser that they are written for."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from tests.end_to_end.page.visiting import Visit

pytestmark = pytest.mark.slow
IN_ONE_PAGE = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
TEXTS = st.text(st.sampled_from('ab 潮汐😀é.\n-<"'), max_size=40)
WORDS = st.text(st.sampled_from("ab潮汐😀"), min_size=1, max_size=6)


@pytest.fixture
def page(visit: Visit) -> Page:
    """The page, whose modules can be called."""
    return visit()


def call(page: Page, module: str, name: str, *arguments: object) -> object:
    """Call a function of a module."""
    return page.evaluate(
        "async ([module, name, words]) => (await import(`/static/${module}`))[name](...words)",
        [module, name, list(arguments)],
    )


def test_marks_are_set_by_characters(page: Page) -> None:
    """Cut pieces give the text again, and hold what a highlight of the same characters holds in Python."""

    @IN_ONE_PAGE
    @given(
        TEXTS,
        st.lists(
            st.tuples(st.integers(0, 45), st.integers(0, 45), st.sampled_from(["words", "meaning"])),
            max_size=4,
        ),
    )
    def check(text: str, marks: list[tuple[int, int, str]]) -> None:
        pieces = call(page, "search/marks.js", "pieces", text, [list(mark) for mark in marks])
        assert "".join(piece["text"] for piece in pieces) == text
        for leg in ("words", "meaning"):
            marked = {
                place for start, end, of in marks if of == leg for place in range(start, min(end, len(text)))
            }
            shown, place = set(), 0
            for piece in pieces:
                shown |= set(range(place, place + len(piece["text"]))) if piece[leg] else set()
                place += len(piece["text"])
            assert shown == marked

    check()


def test_reflowed_text_keeps_its_places(page: Page) -> None:
    """Joined lines change white space only, one character for one, so that marks stay where they are."""

    @IN_ONE_PAGE
    @given(
        st.lists(
            st.sampled_from(["", "- a list", "潮" * 40, "word " * 15, "# head", "短", "    code"]), max_size=6
        ).map("\n".join)
    )
    def check(text: str) -> None:
        flowed = call(page, "preview/reflow.js", "reflowed", text)
        assert len(flowed) == len(text)
        assert all(
            new in (old, " ", "\u200b") if old == "\n" else new == old
            for old, new in zip(text, flowed, strict=True)
        )

    check()
    assert (
        call(page, "preview/reflow.js", "reflowed", "潮" * 40 + "\n" + "汐" * 9)
        == "潮" * 40 + "\u200b" + "汐" * 9
    )
    assert call(page, "preview/reflow.js", "reflowed", "short\nlines") == "short\nlines"


def test_a_filter_that_is_set_is_read_again(page: Page) -> None:
    """What a chip writes into a query it finds there, and without it the words are as before."""

    @IN_ONE_PAGE
    @given(
        st.lists(WORDS, max_size=3).map(" ".join),
        st.sampled_from(["type", "in", "name", "since"]),
        WORDS | st.just("two words"),
    )
    def check(query: str, name: str, value: str) -> None:
        narrowed = call(page, "search/filters.js", "withFilter", query, name, value)
        assert [
            (each["name"], each["value"]) for each in call(page, "search/filters.js", "filtersIn", narrowed)
        ] == [(name, value)]
        assert call(page, "search/filters.js", "withFilter", narrowed, name, "") == query

    check()
    assert [
        each["name"]
        for each in call(page, "search/filters.js", "filtersIn", "潮汐 类型:pdf 起始：2026-01-01")
    ] == ["type", "since"]


def test_an_address_leads_back_to_its_view(page: Page) -> None:
    """Every view has an address, and an address that is none of ours is the search."""
    for view in ("search", "map", "folders", "problems", "models", "settings", "diagnostics", "welcome"):
        made = call(page, "page/routes.js", "address", view, {"q": "a&b=潮 #?"})
        assert page.evaluate(
            "async (hash) => { const { view, parameters } = (await import('/static/page/routes.js')).route(hash); return [view, parameters.get('q')]; }",
            made,
        ) == [view, "a&b=潮 #?"]
    assert (
        page.evaluate("async () => (await import('/static/page/routes.js')).route('#elsewhere').view")
        == "search"
    )


def test_whoever_is_sent_to_a_view_arrives_there(page: Page) -> None:
    """Every view of the contract has its address; what is none of them is the search, with the query that came along."""
    views = ("map", "folders", "problems", "models", "settings", "diagnostics", "welcome")
    places = {
        "add": "#folders?add=1",
        "search": "#search?q=tide",
        "": "#search?q=tide",
        "x": "#search?q=tide",
    }
    for view, place in {**{view: f"#{view}" for view in views}, **places}.items():
        assert call(page, "page/routes.js", "arrival", {"view": view, "query": "tide"}) == place


def test_the_time_of_several_folders_is_told_when_all_are_known(page: Page) -> None:
    """Files and bytes add up from the start."""
    one = {"files": 1, "bytes": 10, "seconds": 5, "is_done": True}
    for is_done, seconds in ((True, 10), (False, 0)):
        assert call(page, "welcome/offers.js", "totalOf", [one, {**one, "is_done": is_done}]) == {
            "files": 2,
            "bytes": 20,
            "seconds": seconds,
        }


def test_a_pause_until_tomorrow_ends_in_the_morning(page: Page) -> None:
    """Tomorrow begins at eight on the person's own clock, whatever the hour is now."""
    ends = page.evaluate(
        """async () => {
          const { untilTomorrow } = await import("/static/folders/pausing.js");
          return [0, 7, 12, 23].map((hour) => {
            const now = new Date(2026, 10, 22, hour, 30);
            const end = new Date(now.getTime() + untilTomorrow(now) * 1000);
            return [end.getDate(), end.getHours(), end.getMinutes()];
          });
        }"""
    )
    assert ends == [[23, 8, 0]] * 4


def test_the_nearest_point_is_the_one_that_was_meant(page: Page) -> None:
    """Zooming keeps the place under the pointer, and a point is found where it is drawn."""
    assert page.evaluate(
        """async () => {
          const { wholeFrame, zoomed, onScreen, nearest } = await import("/static/map/geometry.js");
          const extent = { width: 800, height: 600 };
          const points = [{ x: 0.2, y: 0.3 }, { x: 0.8, y: 0.5 }];
          const whole = wholeFrame(extent);
          const at = onScreen(whole, points[1]);
          const near = zoomed(whole, { factor: 4, at, extent });
          const still = onScreen(near, points[1]);
          return [nearest(points, { frame: whole, at, within: 10 }), Math.hypot(still.x - at.x, still.y - at.y) < 1e-6,
                  nearest(points, { frame: near, at: { x: 5, y: 5 }, within: 10 })];
        }"""
    ) == [1, True, -1]


def test_progress_counts_a_file_once(page: Page) -> None:
    """What is found by words alone waits for its meaning, and is among the indexed files already."""
    states = {(860, 859, 859): 1 / 860, (0, 0, 0): 1, (10, 10, 0): 0.5}
    for (files, pending, alone), share in states.items():
        agent = {"files": files, "pending": pending, "pending_vectors": alone}
        assert call(page, "folders/progress.js", "indexedShare", agent) == share
