from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.vectray_client.desktop.known_facts import ALL_FACTS, agent, facts

from vectray_client.desktop.facts import Facts
from vectray_client.desktop.glance import glance_at, share_of, sign_of
from vectray_client.desktop.signs import SHARE_STEPS, Sign
from vectray_client.desktop.words import words_in
from vectray_client.sdk.index_states import FolderState, Trouble
from vectray_client.speaking.language import Language

ENGLISH, CHINESE = words_in(Language.EN), words_in(Language.ZH)
POLLED = FolderState(
    path="/n", watch_reason="It is on a network drive (nfs), so changes are looked for every minute."
)

CAUSES: dict[Sign, dict[str, object]] = {
    Sign.ACTION: {"trouble": Trouble.DISK, "paused_reason": "stopped: the disk is almost full"},
    Sign.PAUSED: {"is_paused": True},
    Sign.DEGRADED: {"folders": (POLLED,)},
    Sign.INDEXING: {"pending": 5, "share": 0.5},
    Sign.SCANNING: {"is_scanning": True},
    Sign.IDLE: {},
}
"""What alone makes the agent's part of each sign, in their order."""


@pytest.mark.parametrize(("first", "second"), [*combinations(CAUSES, 2)])
def test_the_more_pressing_of_two_is_shown(first: Sign, second: Sign) -> None:
    """Of every two things that hold at once, the one that stands first in `Sign` is what the icon says."""
    both = facts(agent(**{**CAUSES[second], **CAUSES[first]}))
    assert sign_of(both) is first
    assert list(Sign).index(first) < list(Sign).index(second)


@pytest.mark.parametrize("known", [*CAUSES.values()], ids=[*CAUSES])
def test_nothing_is_said_of_what_does_not_answer(known: dict[str, object]) -> None:
    """Whatever was so a moment ago: without agent or daemon it is not known any more."""
    whole = facts(agent(**known))
    assert sign_of(replace(whole, agent=None)) is Sign.UNREACHABLE
    assert sign_of(replace(whole, daemon=None)) is Sign.UNREACHABLE
    assert sign_of(replace(whole, agent=None, is_starting=True)) is Sign.STARTING
    assert sign_of(replace(whole, daemon=None, is_starting=True, trouble="It is broken.")) is Sign.UNREACHABLE


TRANSITIONS = [
    (Facts(), Sign.STARTING),
    (facts(agent(folders=())), Sign.IDLE),
    (facts(agent(is_scanning=True)), Sign.SCANNING),
    (facts(agent(pending=3, share=0.5, is_scanning=True)), Sign.INDEXING),
    (facts(agent(pending=3, is_paused=True)), Sign.PAUSED),
    (facts(agent(pending=3, trouble=Trouble.READERS)), Sign.ACTION),
    (facts(agent(pending=3), daemon=None), Sign.UNREACHABLE),
    (facts(agent(next_model="bge-m3")), Sign.INDEXING),
    (facts(), Sign.IDLE),
    (Facts(is_starting=False, is_stopped=True), Sign.UNREACHABLE),
]


def test_a_whole_life() -> None:
    """Each step of a usual day has its sign."""
    assert [sign_of(known) for known, _ in TRANSITIONS] == [sign for _, sign in TRANSITIONS]


def test_one_paused_folder_is_a_line_and_not_the_icon() -> None:
    """An icon that says paused while others are indexed would lie."""
    paused = FolderState(path="/a", files=7, is_paused=True)
    glance = glance_at(facts(agent(folders=(paused, FolderState(path="/b")))), ENGLISH)
    assert glance.picture.sign is Sign.IDLE
    assert glance.tooltip == "Vectray: up to date, 7 documents; 1 folder paused"


def test_what_waits_in_a_paused_folder_is_not_being_indexed() -> None:
    """Nothing of it is done, so nothing of it moves."""
    paused = FolderState(path="/a", pending=7, is_paused=True)
    glance = glance_at(facts(agent(folders=(paused, FolderState(path="/b")), pending=7, share=1.0)), ENGLISH)
    assert glance.picture.sign is Sign.IDLE


def test_folders_out_of_reach_are_the_icon_only_when_none_is_left() -> None:
    """A drive that is not connected is no reason to call somebody."""
    lost = FolderState(path="/a", is_lost=True)
    assert sign_of(facts(agent(folders=(lost, FolderState(path="/b"))))) is Sign.IDLE
    assert sign_of(facts(agent(folders=(lost,)))) is Sign.ACTION
    assert glance_at(facts(agent(folders=(lost,))), CHINESE).status == "所有文件夹都无法访问"


def test_the_tooltip_tells_what_there_is_to_know() -> None:
    """What is done, what is left, what slows it, what is wrong; in both languages."""
    busy = facts(
        agent(
            files=1240,
            pending=6760,
            share=0.155,
            seconds_left=360.0,
            problems=3,
            slowed_reason="slowed: on battery",
        )
    )
    assert glance_at(busy, ENGLISH).tooltip == (
        "Vectray: indexing 15%: 1,240 of 8,000 files, about 6 min left; slowed: on battery; 3 problems"
    )
    assert glance_at(busy, CHINESE).tooltip == (
        "Vectray：正在索引 15%：1,240 / 8,000 个文件，还需约 6 分钟；放慢：正在使用电池；3 个问题"
    )


@pytest.mark.parametrize(
    ("known", "status"),
    [
        (Facts(), "starting…"),
        (Facts(is_starting=False, is_stopped=True), "stopped"),
        (Facts(is_starting=False, trouble="No such thing."), "No such thing"),
        (Facts(is_starting=False), "the agent does not answer"),
        (facts(daemon=None), "the daemon does not answer"),
        (facts(agent(is_paused=True)), "paused"),
        (facts(agent(is_paused=True, pause_seconds_left=1700.0)), "paused, 28 min left"),
        (facts(agent(folders=(POLLED,))), "some changes are noticed late"),
        (
            facts(agent(folders=(POLLED,), pending=1, share=0.5)),
            "some changes are noticed late; indexing 50%: 7 of 8 files",
        ),
        (facts(agent(next_model="m", next_model_share=0.25)), "changing the model: 25%"),
        (facts(agent(is_scanning=True)), "looking for changes"),
        (facts(agent(folders=())), "no folder is indexed yet"),
        (facts(agent(**CAUSES[Sign.ACTION])), "Stopped: the disk is almost full"),
    ],
)
def test_the_status_is_said_in_words(known: Facts, status: str) -> None:
    """Every sign, and every reason for one, has its own words."""
    assert glance_at(known, ENGLISH).status == status


@settings(max_examples=40)
@given(known=ALL_FACTS, language=st.sampled_from(Language))
def test_whatever_is_known_there_is_one_sign_with_words(known: Facts, language: Language) -> None:
    """No state of the world breaks the icon, leaves it without words, or makes it claim what nobody knows."""
    glance = glance_at(known, words_in(language))
    assert glance.status
    assert glance.status in glance.tooltip
    assert "{" not in glance.tooltip
    assert 0 <= glance.picture.step <= SHARE_STEPS
    if known.agent is None or known.daemon is None:
        assert glance.picture.sign in (Sign.STARTING, Sign.UNREACHABLE)


@given(share=st.floats(0, 1))
def test_the_ring_is_full_only_at_the_end(share: float) -> None:
    """Nobody is told that all is done before it is."""
    step = glance_at(facts(agent(pending=1, share=share, next_model="m")), ENGLISH).picture.step
    assert share == 1.0 or step < SHARE_STEPS


def test_the_share_is_of_what_is_being_done() -> None:
    """Files first; a model that is made ready when no file waits."""
    assert share_of(agent(pending=1, share=0.25, next_model="m", next_model_share=0.75)) == 0.25
    assert share_of(agent(next_model="m", next_model_share=0.75)) == 0.75
