import asyncio
import dataclasses
import json
import shlex
import sys
from pathlib import Path
from threading import Event

import pytest
from tests.vectrayd.models.hub_server import HubServer, hub_server, model_files
from tests.vectrayd.models.test_catalogue import write_model

from vectrayd.domain.errors import InvalidOption, ModelUnavailable, UnknownModel
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.entry import Entry
from vectrayd.models.hub import Hub
from vectrayd.models.library import Library
from vectrayd.models.pull import Progress, Puller, entry_to_pull

TINY = Entry(name="tiny", repository="org/tiny", dimensions=8, max_tokens=512)
WEIGHTS = bytes(range(256)) * 4000


def puller(hub: HubServer, models: Path, token: str = "") -> Puller:
    """Fetches from the hub of the test."""
    return Puller(models, Library(models), Hub(endpoint=hub.endpoint, token=token))


async def run(work: Puller, entry: Entry = TINY) -> list[Progress]:
    """Pull to the end, and return all that was told."""
    return [progress async for progress in work.pull(entry)]


async def refusal(hub: HubServer, models: Path) -> str:
    """Pull, and return why it cannot be done."""
    with pytest.raises(ModelUnavailable) as caught:
        await run(puller(hub, models))
    assert not (models / "tiny").exists(), "a model is there wholly or not at all"
    return str(caught.value)


async def test_a_model_is_fetched_whole(tmp_path: Path) -> None:
    """It is the model's folder then, without code and pickles, and asking again fetches nothing."""
    with hub_server(model_files(WEIGHTS)) as hub:
        told = await run(puller(hub, tmp_path))
        assert told[-1].activity == "done"
        assert told[-1].bytes_done == told[-1].bytes_total > len(WEIGHTS)
        assert (tmp_path / "tiny" / "model.safetensors").read_bytes() == WEIGHTS
        assert not list((tmp_path / "tiny").glob("*.py"))
        assert not (tmp_path / "tiny" / "pytorch_model.bin").exists()
        assert [path.name for path in tmp_path.iterdir()] == ["tiny"]
        asked = len(hub.requests)
        assert (await run(puller(hub, tmp_path)))[-1].activity == "on this machine already"
        assert len(hub.requests) == asked
    assert await Library(tmp_path).folder(TINY) == tmp_path / "tiny"


async def test_a_flipped_bit_is_refused_and_mended(tmp_path: Path) -> None:
    """A damaged model is not loaded, the file is named, and another pull makes it whole."""
    with hub_server(model_files(WEIGHTS)) as hub:
        await run(puller(hub, tmp_path))
        file = tmp_path / "tiny" / "model.safetensors"
        file.write_bytes(WEIGHTS[:-1] + b"\0")
        with pytest.raises(ModelUnavailable, match=r"model\.safetensors is not what was fetched"):
            await Library(tmp_path).folder(TINY)
        await run(puller(hub, tmp_path))
        assert file.read_bytes() == WEIGHTS
        assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


async def test_nobody_listens_any_more(tmp_path: Path) -> None:
    """The process ends when its last watcher hangs up, and the next pull goes on from there."""
    hold = Event()
    with hub_server(model_files(WEIGHTS), cuts={"model.safetensors": [600_000]}, holds=hold) as hub:
        steps = puller(hub, tmp_path).pull(TINY)
        async for step in steps:
            if step.bytes_done > 600_000:
                break
        await steps.aclose()
        hold.set()
        assert not (tmp_path / "tiny").exists()
        await run(puller(hub, tmp_path))
        assert ("model.safetensors", "bytes=600000-") in hub.requests
    assert (tmp_path / "tiny" / "model.safetensors").read_bytes() == WEIGHTS


async def test_two_who_pull_share_one_pull(tmp_path: Path) -> None:
    """Every file is asked for once, and one who hangs up does not end it for the other."""
    hold = Event()
    with hub_server(model_files(WEIGHTS), cuts={"model.safetensors": [1000]}, holds=hold) as hub:
        work = puller(hub, tmp_path)
        impatient = work.pull(TINY)
        await anext(impatient)
        patient = asyncio.create_task(run(work))
        await asyncio.sleep(0.3)
        await impatient.aclose()
        hold.set()
        assert (await patient)[-1].activity == "done"
        asked = [name for name, begin in hub.requests if not begin]
        assert len(asked) == len(set(asked))


async def test_who_comes_as_the_last_one_leaves_begins_anew(tmp_path: Path) -> None:
    """Nobody is told of a pull that was called off for somebody else, and never do two write to one folder."""
    hold = Event()
    with hub_server(model_files(WEIGHTS), cuts={"model.safetensors": [1000]}, holds=hold) as hub:
        work = puller(hub, tmp_path)
        leaving = work.pull(TINY)
        await anext(leaving)
        ending = asyncio.create_task(leaving.aclose())
        hold.set()
        coming = [asyncio.create_task(run(work)) for _ in range(3)]
        await ending
        for told in await asyncio.gather(*coming):
            assert told[-1].activity == "done"


async def test_what_another_revision_left_does_not_stay(tmp_path: Path) -> None:
    """A model is what its repository has now, and no more."""
    unfinished = tmp_path / ".pulling-tiny"
    (unfinished / "1_Old").mkdir(parents=True)
    (unfinished / "1_Old" / "config.json").write_bytes(b"{}")
    (unfinished / "old.safetensors.part").write_bytes(b"x")
    with hub_server(model_files()) as hub:
        await run(puller(hub, tmp_path))
    names = {path.name for path in (tmp_path / "tiny").rglob("*") if path.is_file()}
    assert names == {"modules.json", "config.json", "tokenizer.json", "model.safetensors", "README.md"} | {
        "vectray-manifest.json"
    }


async def test_a_folder_that_takes_nothing_is_a_sentence(tmp_path: Path) -> None:
    """Whatever keeps the daemon from writing there."""
    (tmp_path / "models").write_text("no folder", "utf-8")
    with pytest.raises(ModelUnavailable, match="The models folder cannot be written to"):
        await run(Puller(tmp_path / "models", Library(tmp_path / "models"), Hub()))


async def test_a_hub_that_cannot_be_reached_is_a_sentence(tmp_path: Path) -> None:
    """It says what may help."""
    with hub_server(model_files()) as hub:
        pass
    assert "127.0.0.1 cannot be reached" in await refusal(hub, tmp_path)


@pytest.mark.parametrize(
    ("faults", "sentence"),
    [
        ({"repository": "org/other"}, "127.0.0.1 has no model org/tiny."),
        ({"token": "secret"}, "accepted its terms"),
        ({"statuses": {"": [502]}}, "HTTP 502"),
        ({"statuses": {"config.json": [418]}}, "HTTP 418"),
        ({"garbled": {"model.safetensors"}}, "damaged model.safetensors"),
    ],
)
async def test_what_a_hub_refuses_is_a_sentence(
    tmp_path: Path, faults: dict[str, object], sentence: str
) -> None:
    """The person learns who refused what, and what can be done."""
    with hub_server(model_files(), **faults) as hub:
        assert sentence in await refusal(hub, tmp_path)


async def test_what_is_no_model_is_a_sentence(tmp_path: Path) -> None:
    """A repository of another kind is refused before its gigabytes are fetched."""
    files = model_files()
    del files["modules.json"]
    with hub_server(files) as hub:
        assert "sentence-transformers" in await refusal(hub, tmp_path)
        assert hub.requests == []


async def test_a_model_that_does_not_fit_is_not_begun(tmp_path: Path) -> None:
    """The disk is looked at first."""
    with hub_server(model_files()) as hub:
        listing = hub.listing()
        listing["siblings"][4]["lfs"] = {"size": 10**18, "sha256": "0" * 64}
        hub.listing = lambda: listing  # type: ignore[method-assign]
        assert "1000000000.3 GB on the disk, and there are" in await refusal(hub, tmp_path)
        assert hub.requests == []


async def test_a_disk_that_takes_no_more_is_a_sentence(tmp_path: Path) -> None:
    """It is the disk that is named, not the hub; here it is a limit on the size of files."""
    limited = f"ulimit -f 200; exec {shlex.quote(sys.executable)} -P -m vectrayd.models.fetch"
    with hub_server(model_files(WEIGHTS)) as hub:
        work = Puller(tmp_path, Library(tmp_path), Hub(endpoint=hub.endpoint), command=("sh", "-c", limited))
        with pytest.raises(ModelUnavailable, match="The disk does not take it"):
            await run(work)


async def test_a_token_opens_the_door(tmp_path: Path) -> None:
    """It goes to the hub that asks for it."""
    with hub_server(model_files(), token="secret") as hub:
        await run(puller(hub, tmp_path, token="secret"))
    assert (tmp_path / "tiny" / "modules.json").is_file()


async def test_a_process_that_dies_is_a_sentence(tmp_path: Path) -> None:
    """Whatever ended it, and the next pull may go on."""
    dies = Puller(tmp_path, Library(tmp_path), Hub(), command=(sys.executable, "-c", "pass"))
    with pytest.raises(ModelUnavailable, match="ended before it was done"):
        await run(dies)


async def test_the_process_does_not_outlive_the_daemon(tmp_path: Path) -> None:
    """When standard input ends, so does the process, whatever it waits for."""
    hold = Event()
    with hub_server(model_files(WEIGHTS), cuts={"model.safetensors": [1000]}, holds=hold) as hub:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "vectrayd.models.fetch"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        (tmp_path / "f").mkdir()
        order = {
            "repository": "org/tiny",
            "folder": str(tmp_path / "f"),
            "endpoint": hub.endpoint,
            "token": "",
        }
        process.stdin.write(json.dumps(order).encode() + b"\n")
        while b"fetching" not in await process.stdout.readline():
            pass
        process.stdin.close()
        assert await asyncio.wait_for(process.wait(), 10) == 0


async def test_there_must_be_a_source(tmp_path: Path) -> None:
    """A model of the user's own, or one that somebody else runs, cannot be fetched."""
    work = Puller(tmp_path, Library(tmp_path), Hub())
    with pytest.raises(ModelUnavailable, match="no public source"):
        await run(work, read_catalogue().resolve("text-embedding-3-small"))


async def test_what_is_kept_elsewhere_is_its_owners(tmp_path: Path) -> None:
    """A configured folder is not fetched into, and nothing is fetched beside it."""
    entry = dataclasses.replace(TINY, folder=tmp_path / "elsewhere")
    with pytest.raises(ModelUnavailable, match="its owner's"):
        await run(Puller(tmp_path, Library(tmp_path), Hub()), entry)


async def test_nobody_on_the_way_may_swap_a_model(tmp_path: Path) -> None:
    """A mirror without TLS is refused, unless it is on this machine."""
    with pytest.raises(ModelUnavailable, match="https://"):
        await run(Puller(tmp_path, Library(tmp_path), Hub(endpoint="http://mirror.example.org")))


def test_any_repository_may_be_pulled(tmp_path: Path) -> None:
    """By its full name; one that would pass for another model may not."""
    catalogue = read_catalogue(tmp_path)
    assert entry_to_pull(catalogue, "BAAI/bge-m3").name == "bge-m3"
    assert entry_to_pull(catalogue, "org/new").repository == "org/new"
    write_model(tmp_path / "mine")
    for taken in ("somebody/bge-m3", "somebody/mine"):
        with pytest.raises(InvalidOption, match="another model named"):
            entry_to_pull(catalogue, taken)
    for nothing in ("new", "a/b/c", "../x", "a/" + "b" * 97):
        with pytest.raises((UnknownModel, InvalidOption)):
            entry_to_pull(catalogue, nothing)


async def test_a_pulled_repository_is_a_model_by_both_names(tmp_path: Path) -> None:
    """It is known where it came from, so pulling it again finds it."""
    catalogue = read_catalogue(tmp_path)
    with hub_server(model_files()) as hub:
        await run(puller(hub, tmp_path), entry_to_pull(catalogue, "org/tiny"))
    assert catalogue.resolve("org/tiny").name == catalogue.resolve("tiny").name == "tiny"
