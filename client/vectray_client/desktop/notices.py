"""What a person is told without having asked: seldom, and each thing once. Pure: the clock is passed in.

Of what was already so when the tray started nothing is told, but that the first index is done. What would come too soon after
the last notification on its topic is not lost: it is told later, with what has come since, if it is still so.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from vectray_client.desktop.facts import Facts
from vectray_client.desktop.menu_items import Order, Verb
from vectray_client.desktop.names import harmless, name_of
from vectray_client.desktop.words import words_in
from vectray_client.preferences.choices import Preferences, Topic
from vectray_client.sdk.index_states import AgentState, Problem, Trouble
from vectray_client.speaking.language import Language
from vectray_client.speaking.sentences import said

SELDOM_SECONDS = 3600.0
"""Between two notifications on one topic."""
_GATHER_SECONDS = 600.0
"""Problems are told when nothing waits, with all that came up; while a long index is made, after that time."""
_MOST_NAMES = 3
"""In one notification."""
_NUMBER = re.compile(r"\d+")

_VIEWS = {Topic.PROBLEMS: "problems", Topic.FOLDER_GONE: "folders", Topic.DISK_LOW: "diagnostics"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell."""

    topic: Topic
    count: int = 1
    """Documents, files or folders that it is about."""
    names: tuple[str, ...] = ()
    """Reasons or folders, the most important first: sentences of the agent, or paths."""

    @property
    def order(self) -> Order:
        """What a click on it asks for: the view of the page that shows more."""
        view = _VIEWS.get(self.topic, "")
        return Order(verb=Verb.SHOW, view=view) if view else Order(verb=Verb.SEARCH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Something to tell, in words. Plain text: nothing in it is markup, turns the direction of writing, or begins a line."""

    title: str
    text: str
    label: str
    """What a click does."""
    order: Order
    """What a click asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What was told, and what is no news."""

    is_begun: bool = False
    """The agent has told its state once."""
    told_at: Mapping[Topic, float] = field(default_factory=dict)
    """When something was told last, on the clock that `news` is given."""
    problems: int | None = None
    """How many there were when they were last looked at; None before."""
    looked_at: float = 0.0
    reasons: frozenset[str] = frozenset()
    """Kinds of problems that are no news."""
    lost: frozenset[str] = frozenset()
    """Folders out of reach that are no news."""
    is_disk_low: bool = False
    """That is no news."""
    is_first_index_told: bool = False


def wants_problems(watched: Watched, facts: Facts, *, now: float) -> bool:
    """Whether the agent should be asked for its problems, for `news`."""
    agent = facts.agent
    if (
        agent is None
        or agent.problems == (watched.problems or 0)
        or _is_too_soon(watched, Topic.PROBLEMS, now)
    ):
        return False
    is_quiet = not agent.pending and not agent.is_scanning
    return watched.problems is None or is_quiet or now - watched.looked_at >= _GATHER_SECONDS


def news(
    watched: Watched,
    facts: Facts,
    *,
    now: float,
    preferences: Preferences,
    problems: Collection[Problem] | None = None,
) -> tuple[Watched, Sequence[Notice]]:
    """Return what is no news from now on, and what to tell. `problems` are the agent's, None where it was not asked.

    `now` is in seconds, on a clock that never goes back.
    """
    agent = facts.agent
    if agent is None:  # what nobody knows has not changed
        return watched, ()
    watched = _without_what_is_over(watched, agent, preferences)
    told = []
    for find in (_first_index, _lost_folders, _low_disk, partial(_new_problems, problems=problems, now=now)):
        afterwards, notice = find(watched, agent)
        if notice is None or notice.topic not in preferences.topics:
            watched = afterwards
        elif not _is_too_soon(watched, notice.topic, now):
            watched = replace(afterwards, told_at={**watched.told_at, notice.topic: now})
            told.append(notice)
    return replace(watched, is_begun=True), told


def notification(notice: Notice, language: Language) -> Notification:
    """Put a notice into words."""
    words = words_in(language)
    is_folder = notice.topic is Topic.FOLDER_GONE
    names = [name_of(name) if is_folder else said(name, language).rstrip(".。") for name in notice.names]
    if len(names) > _MOST_NAMES:
        names[_MOST_NAMES:] = [words.say("more", count=len(names) - _MOST_NAMES)]
    between = words.say("between-folders" if is_folder else "between-reasons")
    text = words.say(f"told-{notice.topic}-text", count=notice.count, names=between.join(names))
    return Notification(
        title=words.say(f"told-{notice.topic}", count=notice.count),
        text=harmless(text),
        label=words.say("show"),
        order=notice.order,
    )


def _without_what_is_over(watched: Watched, agent: AgentState, preferences: Preferences) -> Watched:
    """What ends may be told again when it comes back."""
    return replace(
        watched,
        lost=watched.lost & _lost_in(agent),
        is_disk_low=watched.is_disk_low and agent.trouble is Trouble.DISK,
        is_first_index_told=watched.is_first_index_told or preferences.is_first_index_told,
    )


def _first_index(watched: Watched, agent: AgentState) -> tuple[Watched, Notice | None]:
    goes_on = agent.pending or agent.pending_vectors or agent.is_scanning or agent.next_model
    if watched.is_first_index_told or not agent.files or goes_on or agent.paused_reason or agent.trouble:
        return watched, None
    notice = Notice(topic=Topic.FIRST_INDEX, count=agent.files)
    return replace(watched, is_first_index_told=True), notice


def _lost_folders(watched: Watched, agent: AgentState) -> tuple[Watched, Notice | None]:
    lost = _lost_in(agent)
    names = tuple(sorted(lost - watched.lost))
    notice = Notice(topic=Topic.FOLDER_GONE, count=len(names), names=names)
    return replace(watched, lost=lost), notice if names and watched.is_begun else None


def _low_disk(watched: Watched, agent: AgentState) -> tuple[Watched, Notice | None]:
    if agent.trouble is not Trouble.DISK or watched.is_disk_low:
        return watched, None
    notice = Notice(topic=Topic.DISK_LOW, names=(agent.paused_reason or agent.slowed_reason,))
    return replace(watched, is_disk_low=True), notice if watched.is_begun else None


def _new_problems(
    watched: Watched, agent: AgentState, *, problems: Collection[Problem] | None, now: float
) -> tuple[Watched, Notice | None]:
    if problems is None and (agent.problems or watched.problems is not None):
        return watched, None
    reasons = Counter(problem.reason for problem in problems or ())
    kinds = frozenset(map(_kind, reasons))
    fresh = [reason for reason, _ in reasons.most_common() if _kind(reason) not in watched.reasons]
    afterwards = replace(watched, problems=reasons.total(), looked_at=now, reasons=watched.reasons | kinds)
    notice = Notice(topic=Topic.PROBLEMS, count=sum(reasons[reason] for reason in fresh), names=tuple(fresh))
    return afterwards, notice if fresh and watched.problems is not None else None


def _lost_in(agent: AgentState) -> frozenset[str]:
    return frozenset(folder.path for folder in agent.folders if folder.is_lost)


def _kind(reason: str) -> str:
    """A problem is of the same kind whatever number its reason names."""
    return _NUMBER.sub("#", reason).casefold()


def _is_too_soon(watched: Watched, topic: Topic, now: float) -> bool:
    return topic in watched.told_at and now - watched.told_at[topic] < SELDOM_SECONDS
