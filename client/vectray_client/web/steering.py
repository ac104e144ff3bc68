"""What the page asks and orders of the index: its folders, its pace, its problems, single files."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from functools import partial

from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.web import shown
from vectray_client.web.asked import Asked
from vectray_client.web.browsing import folders_in
from vectray_client.web.shown import Json
from vectray_client.web.suggesting import suggested_folders

_LONGEST_PAUSE_SECONDS = 366 * 86_400


class Steering:
    """Asks the agent, which alone decides. `home` is the folder that a choice of folders begins with."""

    def __init__(self, agent: AsyncAgent, *, home: str, environment: Mapping[str, str]) -> None:
        self._agent = agent
        self._home = home
        self._environment = environment

    async def add_folder(self, asked: Asked) -> Json:
        """Index a folder from now on."""
        return {"folder": shown.folder(await self._agent.add_folder(asked.text("path")))}

    async def remove_folder(self, asked: Asked) -> Json:
        """Forget a folder."""
        return {"files": await self._agent.remove_folder(asked.text("path"))}

    async def browse(self, asked: Asked) -> Json:
        """List the folders in a folder, for one to be chosen."""
        known = [folder.path for folder in await self._agent.folders()]
        path = asked.text("path", "") or self._home
        return await asyncio.to_thread(partial(folders_in, path, home=self._home, indexed=known))

    async def suggest(self, asked: Asked) -> Json:  # noqa: ARG002 - every handler takes what is asked
        """List the folders in which somebody probably keeps documents."""
        found = await asyncio.to_thread(partial(suggested_folders, self._home, environment=self._environment))
        return {"folders": [asdict(suggestion) for suggestion in found]}

    async def pause(self, asked: Asked) -> Json:
        """Stop indexing a folder, or all; 0 seconds are until it is resumed."""
        seconds = asked.number("seconds", most=_LONGEST_PAUSE_SECONDS)
        await self._agent.pause(asked.text("path", ""), seconds=seconds)
        return {}

    async def resume(self, asked: Asked) -> Json:
        """Go on with a folder, or with all; or at full speed, although something speaks against it."""
        await self._agent.resume(asked.text("path", ""), anyway=asked.flag("anyway"))
        return {}

    async def rescan(self, asked: Asked) -> Json:
        """Look at every file of a folder again, or of all."""
        return {"dirty": await self._agent.rescan(asked.text("path", ""))}

    async def problems(self, asked: Asked) -> Json:
        """List the files that could not be indexed."""
        return shown.problems(await self._agent.problems(), asked.references)

    async def explain(self, asked: Asked) -> Json:
        """Tell why a file is found or not: one that was shown, or that somebody names."""
        given = asked.text("id", "")
        path = asked.references.find(given).path if given else asked.text("path")
        explanation = await self._agent.explain(path)
        return {"sentence": explanation.sentence, "chunks": explanation.chunks}

    async def forget(self, asked: Asked) -> Json:
        """Remove every trace of a file that was shown."""
        return {"files": await self._agent.forget(asked.references.find(asked.text("id")).path)}
