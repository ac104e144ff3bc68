"""What the page asks the desktop to do with a file that it was shown."""

import asyncio
import os
from collections.abc import Iterable, Sequence
from functools import partial

from vectray_client.nesting import lies_in
from vectray_client.opening.file_manager import open_folder, reveal
from vectray_client.opening.files import open_file
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.web.asked import Asked
from vectray_client.web.references import Reference
from vectray_client.web.refusals import Refused
from vectray_client.web.shown import Json


class Files:
    """Opens files that lie in indexed folders, and no others. `open_with` are templates of commands."""

    def __init__(self, agent: AsyncAgent, *, open_with: Sequence[str] = ()) -> None:
        self._agent = agent
        self._open_with = open_with

    async def open(self, asked: Asked) -> Json:
        """Open a file at the place that was shown, or show it in the file manager; say what there is to be said of it."""
        wanted = asked.references.find(asked.text("id"))
        folders = await self._folders()
        # In threads: a program may take seconds to start, and a network drive to answer.
        await asyncio.to_thread(check_indexed, wanted.path, folders)
        if asked.flag("reveal"):
            await asyncio.to_thread(reveal, wanted.path)
            return {"message": ""}
        return {"message": await asyncio.to_thread(partial(self._opened, wanted))}

    async def open_folder(self, asked: Asked) -> Json:
        """Show what is in an indexed folder."""
        path = asked.text("path")
        folders = await self._folders()
        if path not in folders:
            raise Refused(f"{path} is not indexed.", status=403, code="NOT_INDEXED")
        await asyncio.to_thread(check_indexed, path, folders)
        await asyncio.to_thread(open_folder, path)
        return {}

    async def _folders(self) -> list[str]:
        return [folder.path for folder in await self._agent.folders()]

    def _opened(self, wanted: Reference) -> str:
        return open_file(wanted.path, wanted.place, open_with=self._open_with, modified_ns=wanted.modified_ns)


def check_indexed(path: str, folders: Iterable[str]) -> None:
    """Refuse a file that lies in none of the folders now, links followed: it may have been swapped since it was shown."""
    real = os.path.realpath(path)
    if not any(lies_in(real, folder) for folder in folders):
        raise Refused("This file lies in no indexed folder any more.", status=403, code="NOT_INDEXED")
