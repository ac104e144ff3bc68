from collections.abc import Mapping
from pathlib import Path

import pytest

from vectrayd.domain.errors import ModelUnavailable
from vectrayd.domain.messages import Load, LoadRemote
from vectrayd.models.catalogue import read_catalogue
from vectrayd.models.library import Library
from vectrayd.models.orders import Orders
from vectrayd.models.settings import ModelSettings

REMOTE = "text-embedding-3-small"


def orders(folder: Path, settings: Mapping[str, ModelSettings], provider_key: str = "") -> Orders:
    """Orders of a daemon that keeps everything in `folder`."""
    catalogue = read_catalogue(folder, settings)
    return Orders(
        catalogue,
        Library(folder),
        settings,
        streams=3,
        findings=folder / "findings",
        spending=folder / "spending",
        provider_key=provider_key,
    )


async def test_a_model_of_this_machine(tmp_path: Path) -> None:
    """Its folder, and what its card demands before a text."""
    order = await orders(tmp_path, {}).order_for("all-MiniLM-L6-v2")
    assert isinstance(order, Load)
    assert (order.streams, order.findings, order.prompts) == (3, str(tmp_path / "findings"), {})
    assert (Path(order.folder) / "modules.json").is_file()


async def test_texts_leave_only_when_somebody_said_so(tmp_path: Path) -> None:
    """A model that somebody else runs is off, whatever keys are around, and says what would switch it on."""
    entry = read_catalogue().resolve(REMOTE)
    off = orders(tmp_path, {REMOTE: ModelSettings()}, provider_key="k")
    assert not off.standing(entry).present
    assert "texts would leave this machine" in off.standing(entry).reason
    with pytest.raises(
        ModelUnavailable, match=r"enabled = true under \[daemon.models.text-embedding-3-small\]"
    ):
        await off.order_for(REMOTE)
    on = orders(tmp_path, {REMOTE: ModelSettings(enabled=True)}, provider_key="k")
    assert on.standing(entry).present
    assert "texts leave this machine" in on.standing(entry).reason


async def test_a_key_comes_from_its_file_or_the_environment(tmp_path: Path) -> None:
    """The file goes first; without either, or with a file that cannot be read, there is a sentence without a path."""
    (tmp_path / "key").write_text("from-file\n", "utf-8")
    settings = {
        REMOTE: ModelSettings(
            enabled=True, key_file=tmp_path / "key", base_url="https://x/v1", tokens_per_day=7
        )
    }
    order = await orders(tmp_path, settings, provider_key="k").order_for(REMOTE)
    assert isinstance(order, LoadRemote)
    assert (order.key, order.base_url, order.tokens_per_day) == ("from-file", "https://x/v1", 7)
    assert (order.dimensions, order.max_tokens) == (1536, 8192)
    assert order.spending == str(tmp_path / "spending" / f"{REMOTE}.json")
    order = await orders(tmp_path, {REMOTE: ModelSettings(enabled=True)}, provider_key="k").order_for(REMOTE)
    assert isinstance(order, LoadRemote)
    assert order.key == "k"
    with pytest.raises(ModelUnavailable, match="OPENAI_API_KEY"):
        await orders(tmp_path, {REMOTE: ModelSettings(enabled=True)}).order_for(REMOTE)
    (tmp_path / "key").unlink()
    with pytest.raises(ModelUnavailable, match="cannot be read") as caught:
        await orders(tmp_path, settings).order_for(REMOTE)
    assert str(tmp_path) not in str(caught.value)
