import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
import pytest
from tests.vectray_client.agent.conftest import Served
from tests.vectray_client.store.documents import OTHER_MODEL, document, put

from vectray.v1 import index_pb2 as pb
from vectray.v1 import index_pb2_grpc
from vectray_client.domain import Leg
from vectray_client.sdk.errors import RequestRefused
from vectray_client.store.store import Store


def fill(served: Served) -> None:
    """Put some documents into the index, with all their vectors."""

    def work(store: Store) -> None:
        put(
            store,
            str(served.folder / "tides.md"),
            document("The sea is wide. Tides rise. Fish swim.", "the moon"),
        )
        put(store, str(served.folder / "garden.txt"), document("tomatoes need sun"))
        put(store, str(served.folder / "long.txt"), document(f"tides and {'much ' * 20}more"))

    served.pipeline.call(work).result()


def test_a_question_is_embedded_once(served: Served) -> None:
    """Asked again it comes from memory; of another model's vectors nothing is remembered."""
    fill(served)
    with served.agent() as agent:
        first = agent.search("tides rise")
        assert agent.search("tides rise") == first
        assert agent.search("type:text tides rise").hits
    assert served.asker.asked == ["tides rise"]


def test_why_only_words_were_looked_for_is_said(served: Served) -> None:
    """For each reason there is a sentence of its own, and words are found all the same; where meaning was looked for there is none."""
    fill(served)
    asker = served.asker
    with served.agent() as agent:
        assert agent.search("tides").words_only_reason == ""
        assert agent.search("tides", words_only=True).words_only_reason == "Only words were asked for."
        assert "no words" in agent.search("type:text").words_only_reason
        asker.is_away = True
        away = agent.search("the tides")
        assert (away.words_only_reason, len(away.hits)) == ("The daemon is away.", 2)
        asker.is_away = False
        asker.refusal = RequestRefused("It is another.", reason="FINGERPRINT_MISMATCH")
        assert "is another by now" in agent.search("some tides").words_only_reason
        asker.refusal = None
        asker.loads = True
        late = agent.search("my tides", timeout_seconds=0.7)
        assert late.words_only_reason == "The model small is being loaded."
        asker.is_loaded.set()
        assert agent.search("her tides").words_only_reason == ""


def test_a_model_that_changes_in_the_middle_is_not_compared_with(served: Served) -> None:
    """The question's vector belongs to the model that was searched when it was asked."""
    fill(served)
    served.asker.loads = True
    with served.agent() as agent, ThreadPoolExecutor(1) as other:
        asked = other.submit(agent.search, "tides")
        while not served.asker.asked:
            threading.Event().wait(0.005)
        served.pipeline.call(lambda store: store.set_model(OTHER_MODEL)).result()
        served.asker.is_loaded.set()
        assert asked.result().words_only_reason == "The index has just changed to another model."


def test_excerpts_are_chosen_by_meaning_if_there_is_time(served: Served) -> None:
    """The nearest sentence is marked; sentences are embedded once, and without time, or a daemon, the words alone choose."""
    fill(served)
    with served.agent() as agent:
        (hit, *_) = agent.search("Fish swim.", excerpt_wait_seconds=5).hits
        marked = [
            hit.best.excerpt.text[mark.start : mark.end]
            for mark in (hit.best.excerpt.highlights if hit.best.excerpt else ())
            if mark.leg is Leg.MEANING
        ]
        assert [text.strip() for text in marked] == ["Fish swim."]
        embedded = list(served.asker.embedded)
        agent.search("Fish swim.", excerpt_wait_seconds=5)
        assert served.asker.embedded == embedded
        for excerpt in (hit.best.excerpt for hit in agent.search("Fish swim.").hits):
            assert excerpt is not None
            assert {mark.leg for mark in excerpt.highlights} <= {Leg.WORDS}
        served.asker.is_away = True
        assert agent.search("Fish swim.", excerpt_wait_seconds=5).hits


def test_a_reranking_model_has_the_last_word(served: Served) -> None:
    """Its order and its scores are given; without it the order is as it was, and why is said."""
    fill(served)
    with served.agent() as agent:
        plain = agent.search("tides")
        ranked = agent.search("tides", rerank=True)
        assert ranked.unranked_reason == plain.unranked_reason == ""
        scores = [hit.rerank_score for hit in ranked.hits]
        assert scores == sorted(scores, key=lambda score: -(score or 0))
        assert ranked.hits[0].path.endswith("long.txt")
        assert agent.search("tides", rerank=True, top=1).hits == ranked.hits[:1]
        served.asker.is_away = True
        unranked = agent.search("tides", rerank=True)
        assert unranked.unranked_reason == "The daemon is away."
        assert [hit.path for hit in unranked.hits] == [hit.path for hit in plain.hits]
        assert "no words" in agent.search("type:text", rerank=True).unranked_reason


def test_documents_like_one_are_found(served: Served) -> None:
    """The document itself is not among them; a path outside is refused, and so is a file without vectors."""
    fill(served)
    with served.agent() as agent:
        path = str(served.folder / "garden.txt")
        hits = agent.similar(path, top=1)
        assert len(hits) == 1
        assert hits[0].path != path
        assert agent.similar(path, types=["pdf"]) == ()
        for unknown, reason in (("/elsewhere", "UNKNOWN_FOLDER"), (f"{path}.bak", "FAULT")):
            with pytest.raises(RequestRefused) as error:
                agent.similar(unknown)
            assert error.value.reason == reason


def test_a_call_that_is_given_up_waits_no_longer(served: Served) -> None:
    """Whoever types has typed on: the question is dropped, and holds no thread for those that come behind it."""
    fill(served)
    served.pipeline.on_look = lambda _: served.asker.is_loaded.wait(20)
    request = pb.SearchRequest(query="tides", freshness_wait_ms=20_000)
    with grpc.insecure_channel(f"unix:{served.places.agent_socket}") as channel:
        stub = index_pb2_grpc.IndexServiceStub(channel)
        given_up = [stub.Search.future(request, timeout=30) for _ in range(30)]
        for call in given_up:
            call.cancel()
        assert stub.ListFolders(pb.ListFoldersRequest(), timeout=10).folders
    served.asker.is_loaded.set()
