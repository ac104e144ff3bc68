"""What the page asks and orders of the daemon's models."""

import contextlib
from dataclasses import asdict

from vectray.places import Places
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.client_async import AsyncDaemon
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.states import ModelState
from vectray_client.web.asked import Asked
from vectray_client.web.refusals import Refused
from vectray_client.web.shown import Json

CLIENT = "page"
"""The name under which the page shares the daemon with others."""


class Models:
    """Each order has a connection of its own to the daemon, which may come and go. `configured` is the model that config.toml names, if any."""

    def __init__(self, agent: AsyncAgent, places: Places, *, configured: str = "") -> None:
        self._agent = agent
        self._places = places
        self._configured = configured

    def daemon(self) -> AsyncDaemon:
        """Return the daemon, started when the connection is entered."""
        return AsyncDaemon(self._places, client_name=CLIENT)

    async def list_models(self, asked: Asked) -> Json:  # noqa: ARG002 - every handler takes what is asked
        """List all models, the default first."""
        async with self.daemon() as daemon:
            return {"models": [model_as_json(model) for model in await daemon.models()]}

    async def load(self, asked: Asked) -> Json:
        """Load a model; its state meanwhile is in the stream of states."""
        model = asked.text("model")
        async with self.daemon() as daemon:
            return {"model": model_as_json(await daemon.load(model))}

    async def unload(self, asked: Asked) -> Json:
        """Unload a model, which gives its memory back."""
        model = asked.text("model")
        async with self.daemon() as daemon:
            return {"model": model_as_json(await daemon.unload(model))}

    async def use(self, asked: Asked) -> Json:
        """Index with another model from now on, or once its vectors are made."""
        model = asked.text("model")
        if self._configured not in ("", model):
            raise Refused(
                f"config.toml says that {self._configured} is used; change it there.",
                status=409,
                code="CONFIGURED",
            )
        return {"model": model, "in_use": await self._agent.use_model(model)}

    async def warm_up(self) -> None:
        """Load the model that questions need, before the first of them is asked. That it cannot be had, their answers will say."""
        with contextlib.suppress(VectrayClientError):
            if model := (await self._agent.state()).model:
                async with self.daemon() as daemon:
                    await daemon.load(model)


def model_as_json(model: ModelState) -> Json:
    """Return what is known of a model; `is_present` says that it needs no network."""
    return {**asdict(model), "is_present": model.state != "absent"}
