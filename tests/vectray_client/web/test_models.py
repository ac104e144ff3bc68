from pathlib import Path

import pytest

from vectray.places import Places
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.errors import AgentUnavailable
from vectray_client.web.asked import Asked
from vectray_client.web.models import Models
from vectray_client.web.references import References
from vectray_client.web.refusals import Refused


async def test_the_page_does_not_go_against_the_configuration(tmp_path: Path) -> None:
    """A model that config.toml does not name is refused where it names one; that one, and any where it names none, is the agent's to decide."""
    places = Places(config=tmp_path, data=tmp_path, runtime=tmp_path)
    nobody = AsyncAgent(places)
    wanted = Asked(references=References(), fields={"model": "b"})
    with pytest.raises(Refused, match=r"config\.toml says that a is used") as refused:
        await Models(nobody, places, configured="a").use(wanted)
    assert (refused.value.status, refused.value.code) == (409, "CONFIGURED")
    for configured in ("", "b"):
        with pytest.raises(AgentUnavailable):
            await Models(nobody, places, configured=configured).use(wanted)


async def test_a_page_opens_without_a_model(tmp_path: Path) -> None:
    """That there is nothing to warm up, or nobody to do it, is no error."""
    places = Places(config=tmp_path, data=tmp_path, runtime=tmp_path)
    await Models(AsyncAgent(places), places).warm_up()
