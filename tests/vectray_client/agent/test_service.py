import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.vectray_client.agent.conftest import Served
from tests.vectray_client.store.documents import STATE, document, put

from vectray_client.domain import Changes, FileState, FileType, Refusal, Verdict
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.errors import AgentUnavailable, RequestRefused
from vectray_client.store.store import Store


def fill(served: Served) -> None:
    """Put three documents into the index, with all their vectors."""

    def work(store: Store) -> None:
        put(
            store,
            str(served.folder / "tides.md"),
            document("tides rise", "the moon", file_type=FileType.MARKDOWN),
        )
        put(store, str(served.folder / "in" / "garden.txt"), document("tomatoes need sun"))
        put(store, str(served.folder / "out.txt"), document("mountains stand still"))

    served.pipeline.call(work).result()


def names(agent: Agent, query: str, **words: object) -> list[str]:
    """What is found, by name."""
    return [Path(hit.path).name for hit in agent.search(query, **words).hits]


def test_only_its_user_may_open_the_door(served: Served) -> None:
    """The socket is theirs alone, in a folder that is theirs alone."""
    assert stat.S_IMODE(served.places.agent_socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(served.places.runtime.stat().st_mode) == 0o700


def test_a_question_is_answered_by_meaning_and_by_words(served: Served) -> None:
    """Every part of a hit arrives; what one of the searches did not find has no score of it."""
    fill(served)
    with served.agent() as agent:
        best, *rest = agent.search("tides rise").hits
        assert (Path(best.path).name, best.best.chunk.text, best.best.chunk.heading) == (
            "tides.md",
            "tides rise",
            "Top",
        )
        assert (best.best.chunk.start, best.best.chunk.end, best.best.chunk.line, best.best.chunk.page) == (
            0,
            10,
            1,
            None,
        )
        assert best.best.vector_score == pytest.approx(1, abs=1e-3)
        assert best.best.keyword_score is not None
        assert {hit.best.keyword_score for hit in rest} == {None}
        assert len(agent.search("tides rise", top=1).hits) == 1


def test_filters_leave_what_was_asked_for(served: Served) -> None:
    """Folders, types and times, each alone or several together, as if they had been one."""
    fill(served)
    inner, outer = str(served.folder / "in"), str(served.folder)
    with served.agent() as agent:
        assert names(agent, "sun", folders=[inner]) == ["garden.txt"]
        assert names(agent, "sun", types=["markdown"]) == ["tides.md"]
        assert set(names(agent, "tides", folders=[inner, outer, inner])) == {
            "tides.md",
            "garden.txt",
            "out.txt",
        }
        both = agent.search("tides rise", types=["markdown", "text"]).hits
        assert [hit.path for hit in both] == [hit.path for hit in agent.search("tides rise").hits]
        assert names(agent, "sun", since_unix_ms=1) == []


def test_words_are_found_without_the_model(served: Served) -> None:
    """Where the daemon is away a hit has no vector score, and comes at once."""
    fill(served)
    served.asker.is_away = True
    with served.agent() as agent:
        (hit,) = agent.search("tides").hits
    assert hit.best.vector_score is None


def test_an_answer_says_what_is_not_in_it(served: Served) -> None:
    """Files that wait are counted where it was asked about; a folder out of reach makes no answer fresh."""
    fill(served)
    with served.agent() as agent:
        assert (agent.search("sun").is_fresh, agent.search("sun").pending) == (True, 0)
        new = str(served.folder / "in" / "new.txt")
        served.pipeline.call(
            lambda store: store.note(str(served.folder), Changes(dirty={new: STATE}))
        ).result()
        answer = agent.search("sun")
        assert (answer.is_fresh, answer.pending) == (False, 1)
        assert agent.search("sun", folders=[str(served.folder / "elsewhere")]).pending == 0


def test_what_was_not_looked_at_yet_is_not_promised(served: Served) -> None:
    """Where something may have changed unseen no answer is fresh, and the files are named; elsewhere it is of no matter."""
    fill(served)
    new, folder = str(served.folder / "in" / "new.txt"), str(served.folder)
    served.pipeline.unseen_now = {folder: [new]}
    with served.agent() as agent:
        for wait_seconds in (0.0, 0.5):
            answer = agent.search("sun", freshness_wait_seconds=wait_seconds)
            assert (answer.is_fresh, answer.pending, answer.pending_paths) == (False, 1, (new,))
        inner = agent.search("sun", folders=[str(served.folder / "in")])
        assert not inner.is_fresh
        assert agent.search("sun", folders=[str(served.folder / "other")]).is_fresh
        served.pipeline.unseen_now = {folder: [folder]}
        assert not agent.search("sun", folders=[str(served.folder / "in")]).is_fresh
        served.pipeline.unseen_now = {}
        assert agent.search("sun").is_fresh


def test_passages_without_vectors_are_pending_for_who_looks_for_meaning(served: Served) -> None:
    """Words find them: an answer by words alone is fresh, one by meaning is not, and is again once they have their vectors."""
    fill(served)
    path = str(served.folder / "new.txt")
    served.pipeline.call(
        lambda store: store.store_document(path, STATE, settled=True, document=document("just written"))
    ).result()
    with served.agent() as agent:
        answer = agent.search("written")
        assert (answer.is_fresh, answer.pending, answer.pending_paths) == (False, 1, (path,))
        assert agent.search("written", words_only=True).is_fresh
        assert agent.search("written", folders=[str(served.folder / "in")]).is_fresh
        served.pipeline.call(lambda store: put(store, path, document("just written"))).result()
        assert agent.search("written").is_fresh


def test_what_waits_is_named_the_newest_first(served: Served) -> None:
    """Ten of them at most, of those in question."""
    fill(served)
    for number in range(12):
        path = str(served.folder / ("in" if number % 2 else "out") / f"{number}.txt")
        dirty = {path: FileState(1, number, 1, number)}
        served.pipeline.call(lambda store: store.note(str(served.folder), Changes(dirty=dirty))).result()  # noqa: B023 - waited for
    with served.agent() as agent:
        answer = agent.search("sun")
        assert answer.pending == 12
        assert [Path(path).stem for path in answer.pending_paths] == [
            f"{number}" for number in range(11, 1, -1)
        ]
        inner = agent.search("sun", folders=[str(served.folder / "in")])
        assert [Path(path).stem for path in inner.pending_paths] == ["11", "9", "7", "5", "3", "1"]


def test_a_question_waits_for_what_was_just_saved(served: Served) -> None:
    """The pipeline is asked to look at once, and the answer holds the save; it is not waited for longer than was said."""
    fill(served)
    path, now = str(served.folder / "saved.txt"), FileState(1, time.time_ns(), 1, 1)

    def look(store: Store) -> None:
        store.note(str(served.folder), Changes(dirty={path: now}))

    def index(store: Store) -> None:
        put(store, path, document("just saved"))
        store.forget_below("/nowhere")
        (dirty,) = store.queue(str(served.folder), 1)
        store.store_known(
            path,
            now,
            settled=True,
            sha256=document("just saved").sha256,
            file_type=FileType.TEXT,
            ticket=dirty.ticket,
        )

    served.pipeline.on_look = look
    with served.agent() as agent, ThreadPoolExecutor(1) as other:
        asked = other.submit(agent.search, "just saved", freshness_wait_seconds=20)
        while ("look", None) not in served.pipeline.asked:
            time.sleep(0.01)
        served.pipeline.call(index).result()
        answer = asked.result()
        assert answer.is_fresh
        assert Path(answer.hits[0].path).name == "saved.txt"
        served.pipeline.on_look = lambda store: store.note(
            str(served.folder), Changes(dirty={path: FileState(2, time.time_ns(), 2, 1)})
        )
        assert not agent.search("just saved", freshness_wait_seconds=0.2).is_fresh


def test_folders_come_and_go(served: Served, tmp_path: Path) -> None:
    """They are added by their real path, once, and what was indexed of one goes with it, without a trace."""
    fill(served)
    other = tmp_path / "other"
    other.mkdir()
    (tmp_path / "link").symlink_to(other)
    with served.agent() as agent:
        assert agent.add_folder(str(tmp_path / "link")).path == str(other)
        assert [folder.path for folder in agent.folders()] == sorted([str(other), str(served.folder)])
        assert agent.remove_folder(str(served.folder)) == 3
        assert agent.search("tides").hits == ()
        with pytest.raises(RequestRefused, match=r"is not indexed\.$") as error:
            agent.remove_folder(str(served.folder))
        assert error.value.reason == "UNKNOWN_FOLDER"
    written = b"".join(file.read_bytes() for file in served.places.data.rglob("*") if file.is_file())
    assert b"mountains" not in written


def test_a_person_has_things_looked_at(served: Served) -> None:
    """Each order reaches the pipeline as it was given."""
    inner = str(served.folder / "in")
    with served.agent() as agent:
        assert (agent.rescan(), agent.rescan(inner)) == (3, 3)
        assert agent.use_model("known") is False
        with pytest.raises(RequestRefused, match=r"^There is no such model\.$"):
            agent.use_model("other")
        with pytest.raises(RequestRefused, match=r"is not indexed\.$"):
            agent.rescan("/nowhere")
    assert served.pipeline.asked == [
        ("rescan", None),
        ("rescan", str(served.folder)),
        ("model", "known"),
        ("model", "other"),
    ]


def test_what_is_forgotten_is_gone_and_stays_out(served: Served) -> None:
    """A file, a folder in a folder, and a folder of its own; only looking at that very path takes it in again."""
    fill(served)
    inner = served.folder / "in"
    with served.agent() as agent:
        assert agent.forget(str(inner)) == 1
        assert "forgotten on request" in agent.explain(str(inner / "garden.txt")).sentence
        assert names(agent, "tomatoes sun") == names(agent, "tides") == ["tides.md", "out.txt"]
        agent.rescan(str(inner))
        assert "forgotten on request" not in agent.explain(str(inner / "garden.txt")).sentence
        assert agent.forget(str(served.folder)) == 2
        assert agent.folders() == ()
        with pytest.raises(RequestRefused, match=r"is not indexed\.$"):
            agent.forget(str(served.folder))
    written = b"".join(file.read_bytes() for file in served.places.data.rglob("*") if file.is_file())
    assert [word for word in (b"tomatoes", b"mountains", b"garden", b"tides") if word in written] == []


def test_problems_and_reasons_are_told(served: Served) -> None:
    """What could not be read is listed with the reason, and a path is explained with the pause that is on."""
    bad = str(served.folder / "bad.pdf")
    damaged = Refusal(verdict=Verdict.FAILED, reason="it is damaged")
    served.pipeline.call(
        lambda store: store.store_refusal(bad, STATE, settled=True, refusal=damaged)
    ).result()
    served.pipeline.tell(is_paused=True, paused_reason="Indexing is paused until `vectray resume`.")
    (served.folder / "new.txt").touch()
    with served.agent() as agent:
        (problem,) = agent.problems()
        assert (problem.path, problem.reason) == (bad, "it is damaged")
        explained = agent.explain(str(served.folder / "new.txt"))
        assert (
            explained.sentence == "It has not been looked at yet; indexing is paused until `vectray resume`."
        )


def test_watchers_hear_of_changes_and_are_few(served: Served) -> None:
    """The whole state comes first and again when it changes; of too many watchers the last is told so, and others may call."""
    with served.agent() as agent:
        first = agent.watch()
        assert next(first).embedded == 0
        served.pipeline.tell(embedded=7, activity="embedding", pause_seconds_left=2.5)
        second = next(first)
        assert (second.embedded, second.activity, second.pause_seconds_left) == (7, "embedding", 2.5)
        more = [agent.watch() for _ in range(7)]
        for watcher in more:
            next(watcher)
        with pytest.raises(RequestRefused, match="Too many programs watch"):
            next(agent.watch())
        assert [folder.path for folder in agent.folders()] == [str(served.folder)]


def test_asking_for_the_state_again_and_again_is_no_crowd(served: Served) -> None:
    """A watcher that left after its first message makes room for the next at once."""
    with served.agent() as agent:
        for _ in range(30):
            assert agent.state().problems == 0


def test_who_asks_an_agent_that_is_not_there_is_told(tmp_path: Path, served: Served) -> None:
    """A connection to nobody is refused in a sentence, and nothing is started."""
    places = served.places
    served.places.agent_socket.rename(tmp_path / "away")
    with pytest.raises(AgentUnavailable, match=r"^The agent has ended\.$"):
        Agent(places)
