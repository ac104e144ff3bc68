import pytest
from tests.light_worker import light_score

from vectray.places import Places
from vectray.v1 import embedding_pb2 as pb
from vectray_client.sdk import reranking
from vectray_client.sdk.client import Daemon
from vectray_client.sdk.client_async import AsyncDaemon
from vectray_client.sdk.errors import RequestRefused, TextRefused
from vectray_client.sdk.reranking import Scored

RERANKER = "bge-reranker-base"
QUERY = "潮汐 tide"
TEXTS = [f"{'潮' * (number % 3)} tide {number}" for number in range(600)]


async def test_both_kinds_of_program_get_the_scores_in_order(light: Places) -> None:
    """However many texts there are: more than a call takes are more calls."""
    expected = [pytest.approx(light_score(QUERY, text), abs=1e-6) for text in TEXTS]
    with Daemon(light) as daemon:
        found = daemon.rerank(QUERY, TEXTS, model=RERANKER)
        assert [each.score for each in found] == expected
        assert {each.fingerprint for each in found} == {found[0].fingerprint}
        assert daemon.rerank(QUERY, [], model=RERANKER) == []
        assert daemon.model(RERANKER).kind == "reranker"
        assert daemon.model("bge-m3").kind == "embedding"
    async with AsyncDaemon(light) as later:
        assert await later.rerank(QUERY, TEXTS, model=RERANKER) == found


async def test_a_bad_text_answers_for_itself(light: Places) -> None:
    """The others have their scores."""
    texts = ["tide", "x" * (256 * 1024 + 1), "moon"]
    with Daemon(light) as daemon:
        first, second, third = daemon.rerank(QUERY, texts, model=RERANKER)
    assert (first.error, third.error) == (None, None)
    assert second.score is None
    assert second.error is not None
    assert second.error.reason == "TEXT_TOO_LONG"


@pytest.mark.parametrize(
    ("query", "texts", "model", "error"),
    [
        ("", ["a"], RERANKER, RequestRefused),
        (QUERY, ["a"], "bge-m3", RequestRefused),
        (QUERY, ["a"], "nobody", RequestRefused),
        (QUERY, ["a"], None, RequestRefused),
        ("\ud800", ["a"], RERANKER, TextRefused),
        (QUERY, ["a", "\ud800"], RERANKER, TextRefused),
        (QUERY, "a single text", RERANKER, TypeError),
        (QUERY, [5], RERANKER, TypeError),
    ],
    ids=["empty", "kind", "unknown", "none chosen", "query", "text", "single", "number"],
)
async def test_what_cannot_be_scored_is_refused(
    light: Places, query: str, texts: list[str], model: str | None, error: type[Exception]
) -> None:
    """Before it is sent, or by the daemon; the connection is as good as before."""
    with Daemon(light) as daemon:
        with pytest.raises(error):
            daemon.rerank(query, texts, model=model)
        assert len(daemon.rerank(QUERY, ["a"], model=RERANKER)) == 1
    async with AsyncDaemon(light) as later:
        with pytest.raises(error):
            await later.rerank(query, texts, model=model)


def test_no_reranker_is_there_before_one_is_chosen(light: Places) -> None:
    """A program learns by the reason that it was never switched on, and can do without."""
    with Daemon(light) as daemon, pytest.raises(RequestRefused) as caught:
        daemon.rerank(QUERY, ["a"])
    assert caught.value.reason == "MODEL_UNKNOWN"


def test_an_answer_is_read_as_the_contract_has_it() -> None:
    """Places of errors hold no numbers; what was cut is told."""
    response = pb.RerankResponse(
        fingerprint="f",
        scores=bytes.fromhex("0000003f 0000c07f"),
        tokens_used=bytes.fromhex("0a000000 00000000"),
        tokens_total=bytes.fromhex("0b000000 00000000"),
        failures=[pb.RerankResponse.Failure(text=1, error=pb.ItemError(reason="NON_FINITE", message="No."))],
    )
    first, second = reranking.scored(response)
    assert first == Scored(0.5, None, 10, 11, "f")
    assert first.truncated
    assert (second.score, str(second.error)) == (None, "No.")
    assert not second.truncated
