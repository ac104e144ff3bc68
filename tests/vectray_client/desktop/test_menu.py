from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectray_client.desktop.known_facts import ALL_FACTS, agent, daemon, facts, model

from vectray_client.desktop.facts import Facts
from vectray_client.desktop.glance import glance_at
from vectray_client.desktop.menu import menu_of
from vectray_client.desktop.menu_items import Item, Verb, walk
from vectray_client.desktop.words import words_in
from vectray_client.domain import FileType
from vectray_client.sdk.found import RecentDocument
from vectray_client.sdk.index_states import FolderState
from vectray_client.speaking.language import Language
from vectray_client.speaking.sentences import said

ENGLISH, CHINESE = words_in(Language.EN), words_in(Language.ZH)
NOTE = RecentDocument(path="/a/周报.md", title="", file_type=FileType("markdown"), modified_ns=1)


def labels(known: Facts, language: Language = Language.EN) -> list[str]:
    """The lines at the root."""
    return [item.label for item in menu_of(known, words_in(language)) if item.label]


def line(known: Facts, key: str) -> Item:
    """The line with this key."""
    return next(item for item in walk(menu_of(known, ENGLISH)) if item.key == key)


WHOLE = facts(
    agent(problems=3, pending=3, share=0.5, slowed_reason="slowed: on battery"),
    recent=(NOTE,),
    daemon=daemon(model()),
)


def test_the_menu_is_short_and_in_one_order() -> None:
    """What is found once is found there again, in both languages."""
    assert labels(WHOLE) == [
        "Search…",
        "Indexing 50%: 7 of 10 files",
        "Recent changes",
        "Folders",
        "Pause indexing",
        "Run anyway",
        "3 problems…",
        "Add a folder…",
        "Model",
        "Settings…",
        "Diagnostics…",
        "Quit",
    ]
    assert labels(WHOLE, Language.ZH) == [
        "搜索…",
        "正在索引 50%：7 / 10 个文件",
        "最近改动",
        "文件夹",
        "暂停索引",
        "仍然运行",
        "3 个问题…",
        "添加文件夹…",
        "模型",
        "设置…",
        "诊断…",
        "退出",
    ]


def test_what_does_not_run_can_be_started() -> None:
    """Nothing is offered that nobody would carry out."""
    gone = Facts(is_starting=False, is_stopped=True)
    assert labels(gone) == ["Search…", "Stopped", "Start Vectray", "Settings…", "Diagnostics…", "Quit"]
    assert labels(Facts()) == ["Search…", "Starting…", "Settings…", "Diagnostics…", "Quit"]


def test_what_a_click_failed_by_stands_in_the_menu() -> None:
    """In the place of the state for a while, in the person's language, and only there: the icon and its tooltip go on telling the state."""
    known = facts(mishap="The agent does not answer.")
    assert line(known, "status").label == "The agent does not answer"
    assert menu_of(known, CHINESE)[1].label == said("The agent does not answer.", Language.ZH).rstrip("。")
    assert glance_at(known, ENGLISH) == glance_at(facts(), ENGLISH)


def test_a_pause_ends_where_it_began() -> None:
    """Resume stands in the place of Pause, with the time that is left."""
    paused = facts(agent(is_paused=True, pause_seconds_left=1700.0))
    assert [item.key for item in menu_of(paused, ENGLISH)].index("resume") == [
        item.key for item in menu_of(facts(), ENGLISH)
    ].index("pause")
    assert line(paused, "resume").label == "Resume (28 min left)"


@pytest.mark.parametrize(
    ("folder", "state", "verb"),
    [
        (FolderState(path="/a", files=2), "2 documents", Verb.PAUSE),
        (FolderState(path="/a", pending=1), "1 file waits", Verb.PAUSE),
        (FolderState(path="/a", is_scanning=True), "Looking for changes", Verb.PAUSE),
        (FolderState(path="/a", watch_reason="Late."), "Some changes are noticed late", Verb.PAUSE),
        (FolderState(path="/a", is_paused=True, pending=1), "Paused", Verb.RESUME),
        (FolderState(path="/a", is_paused=True, is_lost=True), "Out of reach", Verb.RESUME),
    ],
)
def test_each_folder_tells_its_state(folder: FolderState, state: str, verb: Verb) -> None:
    """The most pressing one; and what can be done about a pause."""
    known = facts(agent(folders=(folder,)))
    assert line(known, "folder//a/state").label == state
    orders = [item.order for item in line(known, "folder//a").children if item.order]
    assert [(order.verb, order.path) for order in orders] == [
        (Verb.OPEN_FOLDER, "/a"),
        (Verb.RESCAN, "/a"),
        (verb, "/a"),
    ]


def test_nothing_is_offered_that_would_do_nothing() -> None:
    """Nobody hurries what does not work, and a folder's pause does not end while all is paused."""
    folder = FolderState(path="/a", is_paused=True)
    slowed = {"pending": 3, "share": 0.5, "slowed_reason": "slowed: on battery"}
    assert "Run anyway" not in labels(facts(agent(slowed_reason="slowed: on battery")))
    assert "Run anyway" not in labels(facts(agent(**slowed, is_paused=True)))
    assert "Run anyway" not in labels(facts(agent(**slowed, is_hurried=True)))
    assert "Run anyway" in labels(facts(agent(**slowed)))
    keys = [item.key for item in walk(menu_of(facts(agent(folders=(folder,), is_paused=True)), ENGLISH))]
    assert "folder//a/resume" not in keys
    assert "resume" in keys


def test_the_last_folder_that_was_paused_is_resumed_where_it_was() -> None:
    """Then all is paused, though nobody has paused all: each folder's own pause still ends by its own line."""
    folder = FolderState(path="/a", is_paused=True, paused_reason="paused")
    order = line(facts(agent(folders=(folder,), is_paused=True)), "folder//a/resume").order
    assert order is not None
    assert (order.verb, order.path) == (Verb.RESUME, "/a")


def test_a_loaded_model_can_be_put_away() -> None:
    """With what it takes; one that failed says why."""
    failed = model(name="bge-m3", state="failed", reason="It does not load.", rss_bytes=0)
    known = facts(daemon=daemon(model(), failed))
    assert [item.label for item in line(known, "model").children if item.label] == [
        "multilingual-e5-small: loaded, 623 MB",
        "Unload multilingual-e5-small now",
        "It does not load",
        "Show all…",
    ]
    assert line(facts(), "model/none").label == "No model is loaded"


def test_who_has_no_folder_is_welcomed() -> None:
    """The first folder is chosen where everything there is to know about it stands."""
    order = line(facts(agent(folders=())), "page/welcome").order
    assert order is not None
    assert (order.verb, order.view) == (Verb.SHOW, "welcome")


@settings(max_examples=40)
@given(known=ALL_FACTS, language=st.sampled_from(Language))
def test_every_menu_can_be_drawn(known: Facts, language: Language) -> None:
    """Keys are unique, separators part, one line is the default, lines with inner menus ask for nothing themselves, and no label is broken."""
    menu = menu_of(known, words_in(language))
    items = list(walk(menu))
    assert max(Counter(item.key for item in items).values()) == 1
    assert [item.key for item in items if item.is_default] == ["search"]
    assert not any(item.order for item in items if item.children)
    assert not any(
        "\n" in item.label or "{" in item.label.replace("{", "", item.key.count("{")) for item in items
    )
    assert len([item for item in menu if not item.is_separator]) <= 12
    assert not menu[0].is_separator
    assert not menu[-1].is_separator
