"""What the icon says, and its tooltip: one glance, one truth. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vectray_client.desktop.facts import Facts
from vectray_client.desktop.names import shortened
from vectray_client.desktop.signs import SHARE_STEPS, Picture, Sign
from vectray_client.sdk.index_states import AgentState
from vectray_client.speaking.amounts import about, duration, percent
from vectray_client.speaking.catalogue import Catalogue
from vectray_client.speaking.sentences import said

_LONGEST_SENTENCE_COLUMNS = 90
"""Of the agent's, which may name a folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """What is seen without opening the menu."""

    picture: Picture
    status: str
    """In a few words: the second line of the menu."""
    tooltip: str
    """The same, and what else there is to know."""


def sign_of(facts: Facts) -> Sign:
    """Return the first sign that holds, in the order of `Sign`. What nobody knows is not said to be idle."""
    agent = facts.agent
    if agent is None or facts.daemon is None:
        is_hopeful = facts.is_starting and not facts.trouble and not facts.is_stopped
        return Sign.STARTING if is_hopeful else Sign.UNREACHABLE
    if _needs_somebody(agent):
        return Sign.ACTION
    if agent.is_paused:
        return Sign.PAUSED
    if any(folder.watch_reason for folder in agent.folders):
        return Sign.DEGRADED
    if _works(agent):
        return Sign.INDEXING
    return Sign.SCANNING if agent.is_scanning else Sign.IDLE


def glance_at(facts: Facts, words: Catalogue) -> Glance:
    """Return what the icon shows of these facts."""
    sign = sign_of(facts)
    status = _status(sign, facts, words)
    further = _further(sign, facts.agent, words) if facts.agent else []
    between = words.say("between")
    return Glance(
        picture=Picture(sign=sign, step=_step(facts.agent) if facts.agent and sign is Sign.INDEXING else 0),
        status=status,
        tooltip=words.say("tooltip", words=between.join([status, *further])),
    )


def share_of(agent: AgentState) -> float:
    """Return what is done of the work at hand, 0 to 1: of the files, or else of the next model's passages."""
    return agent.next_model_share if agent.share == 1 and agent.next_model else agent.share


def what_slows(agent: AgentState) -> str:
    """Return why the work goes slower than it could, in one sentence; empty where there is none to be done, or none is done."""
    return agent.slowed_reason if _works(agent) and not (agent.is_paused or _needs_somebody(agent)) else ""


def _works(agent: AgentState) -> bool:
    """Whether there is something to do. What waits in a paused folder is not."""
    return agent.share < 1 or bool(agent.next_model)


def sentence(told: str, words: Catalogue) -> str:
    """Return a sentence of the agent's or the daemon's as a line can hold it: in the person's language, harmless, not too long."""
    return shortened(said(told, words.language).rstrip(".。"), most_columns=_LONGEST_SENTENCE_COLUMNS)


def _needs_somebody(agent: AgentState) -> bool:
    """One folder that is out of reach is a line of the menu; when all are, nothing is left to be kept up to date."""
    all_lost = bool(agent.folders) and all(folder.is_lost for folder in agent.folders)
    return bool(agent.trouble) or all_lost


def _step(agent: AgentState) -> int:
    return int(min(max(share_of(agent), 0.0), 1.0) * SHARE_STEPS)


def _status(sign: Sign, facts: Facts, words: Catalogue) -> str:
    agent = facts.agent
    if agent is None or facts.daemon is None:
        return _absence(sign, facts, words)
    say = _SAYINGS.get(sign)
    return say(agent, words) if say else words.say(sign)


def _absence(sign: Sign, facts: Facts, words: Catalogue) -> str:
    if sign is Sign.STARTING:
        return words.say(sign)
    if facts.is_stopped:
        return words.say("stopped")
    if facts.trouble:
        return sentence(facts.trouble, words)
    return words.say("no-agent" if facts.agent is None else "no-daemon")


def _action(agent: AgentState, words: Catalogue) -> str:
    reason = agent.paused_reason or agent.slowed_reason
    return sentence(reason, words) if agent.trouble and reason else words.say("all-lost")


def _paused(agent: AgentState, words: Catalogue) -> str:
    left = agent.pause_seconds_left
    return words.say("paused-for", time=duration(left, words.language)) if left else words.say("paused")


def _degraded(agent: AgentState, words: Catalogue) -> str:
    work = [_indexing(agent, words)] if _works(agent) else []
    return words.say("between").join([words.say("degraded"), *work])


def _indexing(agent: AgentState, words: Catalogue) -> str:
    if agent.share == 1 and agent.next_model:
        return words.say("next-model", share=percent(agent.next_model_share))
    whole = agent.files + agent.pending - agent.pending_vectors
    done = words.say(
        "indexing", share=percent(agent.share), done=agent.files - agent.pending_vectors, all=whole
    )
    left = [words.say("left", time=about(agent.seconds_left, words.language))] if agent.seconds_left else []
    return words.say("listed").join([done, *left])


def _idle(agent: AgentState, words: Catalogue) -> str:
    return words.say("idle", count=agent.files) if agent.folders else words.say("no-folder")


_SAYINGS: Mapping[Sign, Callable[[AgentState, Catalogue], str]] = {
    Sign.ACTION: _action,
    Sign.PAUSED: _paused,
    Sign.DEGRADED: _degraded,
    Sign.INDEXING: _indexing,
    Sign.IDLE: _idle,
}


def _further(sign: Sign, agent: AgentState, words: Catalogue) -> list[str]:
    """What else there is to know, without what the status says already."""
    lost = sum(folder.is_lost for folder in agent.folders) if sign is not Sign.ACTION else 0
    paused = 0 if agent.is_paused else sum(folder.is_paused for folder in agent.folders)
    slowed = what_slows(agent)
    return [
        *([_inside(sentence(slowed, words))] if slowed else []),
        *([words.say("hurried")] if agent.is_hurried else []),
        *([words.say("folders-paused", count=paused)] if paused else []),
        *([words.say("folders-lost", count=lost)] if lost else []),
        *([words.say("problems", count=agent.problems)] if agent.problems else []),
    ]


def _inside(words: str) -> str:
    """A sentence as it is written within another one."""
    return words[:1].lower() + words[1:]
