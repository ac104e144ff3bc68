from prometheus_client.parser import text_string_to_metric_families
from tests.fakes import HashingFleet

from vectrayd.domain.options import Lane
from vectrayd.domain.pacing import Pacing
from vectrayd.scheduling.model_queue import Ran
from vectrayd.scheduling.scheduler import Scheduler
from vectrayd.transport.metrics import Metrics


def samples(metrics: Metrics) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    """What Prometheus would read: values by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
    }


def key(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    """One of them."""
    return name, frozenset(labels.items())


def test_calls_are_counted_by_name_and_code() -> None:
    """A call is open until it ends; then it is counted once, with its time."""
    metrics = Metrics(["/a"])
    metrics.began("/a")
    metrics.began("/a")
    metrics.ended("/a", "OK", 0.02)
    found = samples(metrics)
    assert found[key("vectrayd_calls_open", method="/a")] == 1
    assert found[key("vectrayd_calls_total", method="/a", code="OK")] == 1
    assert found[key("vectrayd_call_seconds_sum", method="/a")] == 0.02


def test_names_that_clients_make_up_are_one() -> None:
    """Thousands of unknown calls neither fill the memory nor show up by name."""
    metrics = Metrics(["/a"])
    for number in range(1000):
        metrics.began(f"/made/up/{number}")
        metrics.ended(f"/made/up/{number}", "UNIMPLEMENTED", 0.0)
    assert samples(metrics)[key("vectrayd_calls_total", method="other", code="UNIMPLEMENTED")] == 1000
    assert b"made" not in metrics.text()


async def test_work_is_counted_by_model_and_lane() -> None:
    """Texts, tokens and seconds add up; lanes that are empty are 0, not missing."""
    metrics = Metrics([])
    fleet = HashingFleet()
    metrics.watch(Scheduler(fleet, lambda _: Pacing(streams=1), most_waiting_bytes=1000), fleet)  # type: ignore[arg-type]
    for texts in (3, 4):
        metrics.ran(
            Ran(model="m", lane=Lane.BULK, texts=texts, failed=1, tokens=10, seconds=0.5, waited_seconds=0.1)
        )
    found = samples(metrics)
    work = {"model": "m", "lane": "bulk"}
    assert found[key("vectrayd_texts_total", **work)] == 7
    assert found[key("vectrayd_texts_failed_total", **work)] == 2
    assert found[key("vectrayd_tokens_total", **work)] == 20
    assert found[key("vectrayd_slice_seconds_sum", **work)] == 1
    assert found[key("vectrayd_waited_seconds_sum", **work)] == 0.2
    assert found[key("vectrayd_waiting_bytes")] == 0
    assert {found[key("vectrayd_waiting_texts", lane=lane)] for lane in ("interactive", "idle")} == {0}


def test_nothing_of_other_libraries_is_shown() -> None:
    """The registry holds what is ours, and the process."""
    names = {family.name for family in text_string_to_metric_families(Metrics([]).text().decode())}
    assert names
    assert all(name.startswith(("vectrayd_", "process_")) for name in names)
