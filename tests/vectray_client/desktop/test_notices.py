from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectray_client.desktop.facts import Facts
from vectray_client.desktop.menu_items import Order, Verb
from vectray_client.desktop.notices import (
    SELDOM_SECONDS,
    Notice,
    Watched,
    news,
    notification,
    wants_problems,
)
from vectray_client.preferences.choices import Preferences, Topic
from vectray_client.sdk.index_states import AgentState, FolderState, Problem, Trouble
from vectray_client.speaking.language import Language

HOUR = SELDOM_SECONDS
TOLD = Preferences(is_first_index_told=True)
LOCKED = "it is protected by a password"


def agent(**known: object) -> AgentState:
    """An agent that has a document and nothing to do, but for what is known."""
    return AgentState(**{"pid": 1, "contract_revision": 3, "files": 7, **known})  # type: ignore[arg-type]


def lost(*paths: str) -> tuple[FolderState, ...]:
    """Folders out of reach."""
    return tuple(FolderState(path=path, files=1, pending=0, is_lost=True) for path in paths)


def locked(count: int, *, reason: str = LOCKED) -> list[Problem]:
    """Files that cannot be read for one reason."""
    return [Problem(path=f"/secret/{number}", reason=reason) for number in range(count)]


@dataclass
class Tray:
    """Tells what the tray would tell of one state after the other, asking the agent when it would."""

    preferences: Preferences = TOLD
    watched: Watched = field(default_factory=Watched)
    now: float = 0.0
    asked: int = 0

    def sees(
        self, state: AgentState | None, *, problems: Sequence[Problem] = (), after: float = 1.0
    ) -> list[Notice]:
        """What is told of a state that comes so many seconds after the last."""
        self.now += after
        facts = Facts(agent=state if state is None else replace(state, problems=len(problems)))
        wanted = wants_problems(self.watched, facts, now=self.now)
        self.asked += wanted
        self.watched, told = news(
            self.watched,
            facts,
            now=self.now,
            preferences=self.preferences,
            problems=problems if wanted else None,
        )
        return list(told)


def test_what_was_so_before_is_no_news() -> None:
    """A tray that starts tells nothing of what is already wrong, but notices when it happens again."""
    tray = Tray()
    wrong = agent(folders=lost("/a"), trouble=Trouble.DISK, paused_reason="stopped: the disk is almost full")
    assert tray.sees(wrong, problems=locked(3)) == []
    assert tray.sees(wrong, problems=locked(3)) == []
    assert tray.sees(agent(), problems=locked(3)) == []
    told = tray.sees(wrong, problems=locked(3))
    assert [notice.topic for notice in told] == [Topic.FOLDER_GONE, Topic.DISK_LOW]


def test_the_first_index_is_told_once() -> None:
    """When everything is read and embedded, and never again; also if that was before the tray was there."""
    tray = Tray(preferences=Preferences())
    for unfinished in (
        agent(files=0),
        agent(pending=3, pending_vectors=3),
        agent(pending_vectors=1),
        agent(is_scanning=True),
        agent(trouble=Trouble.MODEL),
        agent(paused_reason="Indexing is paused until `vectray resume`."),
    ):
        assert tray.sees(unfinished) == []
    assert not tray.watched.is_first_index_told
    assert tray.sees(agent(files=1234)) == [Notice(topic=Topic.FIRST_INDEX, count=1234)]
    assert tray.watched.is_first_index_told
    assert tray.sees(agent(), after=2 * HOUR) == []
    assert Tray().sees(agent()) == []
    assert len(Tray(preferences=Preferences()).sees(agent())) == 1


def test_files_that_fail_for_a_new_reason_are_told_together() -> None:
    """One notification counts them; more files of a kind that is known are none."""
    tray = Tray()
    tray.sees(agent())
    assert tray.sees(agent(pending=9), problems=locked(2)) == []
    assert tray.sees(agent(), problems=locked(37)) == [
        Notice(topic=Topic.PROBLEMS, count=37, names=(LOCKED,))
    ]
    assert tray.sees(agent(), problems=locked(90), after=2 * HOUR) == []
    large = locked(1, reason="it unpacks to more than 100 MB")
    larger = locked(2, reason="it unpacks to more than 200 MB")
    assert tray.sees(agent(), problems=[*locked(90), *large]) != []
    assert tray.sees(agent(), problems=[*locked(90), *large, *larger], after=2 * HOUR) == []


def test_a_long_index_is_no_reason_to_be_silent() -> None:
    """Problems are told after ten minutes although files wait, and the agent is asked seldom."""
    tray = Tray()
    busy = agent(pending=9)
    tray.sees(busy)
    told = [tray.sees(busy, problems=locked(second)) for second in range(1, 700)]
    assert [notice.count for notices in told for notice in notices] == [600]
    assert tray.asked == 1


def test_what_came_too_soon_is_told_later() -> None:
    """Within the hour nothing more is told, and nothing is asked; after it, what is still so."""
    tray = Tray()
    tray.sees(agent())
    assert len(tray.sees(agent(folders=lost("/a")), problems=locked(1))) == 2
    both = [*locked(1), *locked(5, reason="the PDF is damaged")]
    asked = tray.asked
    assert [tray.sees(agent(folders=lost("/a", "/b")), problems=both) for _ in range(9)] == [[]] * 9
    assert tray.asked == asked
    assert tray.sees(agent(folders=lost("/a", "/b")), problems=both, after=HOUR) == [
        Notice(topic=Topic.FOLDER_GONE, names=("/b",)),
        Notice(topic=Topic.PROBLEMS, count=5, names=("the PDF is damaged",)),
    ]


def test_what_is_over_within_the_hour_is_not_told() -> None:
    """A folder that was back before its time had come was never worth a word."""
    tray = Tray()
    tray.sees(agent())
    tray.sees(agent(folders=lost("/a")))
    tray.sees(agent(folders=lost("/a", "/b")))
    assert tray.sees(agent(folders=lost("/a")), after=HOUR) == []


def test_an_agent_that_does_not_answer_changes_nothing() -> None:
    """What nobody knows is neither over nor new."""
    tray = Tray()
    tray.sees(agent(folders=lost("/a")))
    assert tray.sees(None, after=2 * HOUR) == []
    assert tray.sees(agent(folders=lost("/a"))) == []


@pytest.mark.parametrize("topic", list(Topic))
def test_each_topic_can_be_switched_off(topic: Topic) -> None:
    """What happens while a topic is off is no news when it is on again."""
    wrong = agent(folders=lost("/a"), trouble=Trouble.DISK, slowed_reason="stopped: the disk is almost full")
    tray = Tray(preferences=Preferences(topics=frozenset(Topic) - {topic}))
    tray.sees(agent(files=0))
    told = [*tray.sees(agent()), *tray.sees(wrong, problems=locked(1))]
    assert {notice.topic for notice in told} == set(Topic) - {topic}
    tray.preferences = replace(TOLD, is_first_index_told=False)
    assert tray.sees(wrong, problems=locked(1), after=HOUR) == []
    assert tray.sees(agent(), problems=locked(1), after=HOUR) == []


reasons = st.sampled_from(["the PDF is damaged", LOCKED, "it is empty", "x 1", "x 2", "X 3"])
states = st.none() | st.builds(
    agent,
    files=st.integers(0, 1),
    pending=st.integers(0, 1),
    folders=st.lists(st.sampled_from("abc"), unique=True).map(lambda paths: lost(*paths)),
    trouble=st.sampled_from(Trouble),
)
steps = st.tuples(
    states,
    st.lists(reasons, max_size=4).map(lambda found: [Problem(path="/p", reason=reason) for reason in found]),
    st.sampled_from([0.0, 1.0, 599.0, 1800.0, 3599.0, 3600.0]),
)


@given(st.lists(steps, max_size=40), st.sets(st.sampled_from(Topic)))
def test_no_topic_is_heard_twice_in_an_hour(
    life: list[tuple[AgentState | None, list[Problem], float]], topics: set[Topic]
) -> None:
    """Whatever happens, a person is disturbed at most once an hour for each topic that is on, and told something."""
    tray = Tray(preferences=Preferences(topics=frozenset(topics)))
    last: dict[Topic, float] = {}
    for state, problems, after in life:
        for notice in tray.sees(state, problems=problems, after=after):
            assert notice.topic in topics
            assert tray.now - last.get(notice.topic, -HOUR) >= HOUR
            assert notice.count >= 1
            last[notice.topic] = tray.now


@pytest.mark.parametrize(
    ("notice", "english", "chinese"),
    [
        (
            Notice(topic=Topic.FIRST_INDEX, count=1234),
            ("Your documents can be searched", "1,234 documents are indexed."),
            ("可以搜索你的文档了", "已索引 1,234 篇文档。"),
        ),
        (
            Notice(topic=Topic.PROBLEMS, count=37, names=(LOCKED, "the PDF is damaged.")),
            ("37 files could not be read", "It is protected by a password. The PDF is damaged"),
            ("有 37 个文件无法读取", "有密码保护；PDF 已损坏"),
        ),
        (
            Notice(
                topic=Topic.FOLDER_GONE, count=5, names=("/home/me/笔记", "/b", "/c\u202ed\ne", "/x", "/y")
            ),
            ("5 folders are out of reach", "笔记, b, cde, 2 more: what was read there is still found."),
            ("有 5 个文件夹无法访问", "笔记、b、cde、另有 2 个：已读过的内容仍可找到。"),
        ),
        (
            Notice(topic=Topic.DISK_LOW, names=("stopped: the disk is almost full",)),
            ("Indexing has stopped because of the disk", "Stopped: the disk is almost full"),
            ("磁盘问题使索引停止", "已停止：磁盘快满了"),
        ),
    ],
)
def test_notices_are_worded(notice: Notice, english: tuple[str, str], chinese: tuple[str, str]) -> None:
    """Title and text in both languages; names without what would turn or break a line."""
    told = [notification(notice, language) for language in (Language.EN, Language.ZH)]
    assert [(each.title, each.text) for each in told] == [english, chinese]
    assert [each.label for each in told] == ["Show", "查看"]


def test_a_long_name_loses_its_middle() -> None:
    """The end of a name tells as much as its beginning."""
    told = notification(Notice(topic=Topic.FOLDER_GONE, names=("/" + "a" * 50 + "b" * 50,)), Language.EN)
    assert told.text.startswith("a" * 20 + "…" + "b" * 19 + ":")


def test_a_click_opens_what_tells_more() -> None:
    """Each topic has its view of the page."""
    assert [Notice(topic=topic).order for topic in Topic] == [
        Order(verb=Verb.SEARCH),
        Order(verb=Verb.SHOW, view="problems"),
        Order(verb=Verb.SHOW, view="folders"),
        Order(verb=Verb.SHOW, view="diagnostics"),
    ]
