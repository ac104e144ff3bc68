"""What the page tells of this installation's health: what is wrong, and a report that may be shown to strangers."""

import asyncio

from vectray.places import Places
from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.sdk.client_async import AsyncDaemon
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.programs import the_daemon
from vectray_client.sdk.rendezvous import is_up
from vectray_client.sdk.states import DaemonState
from vectray_client.web.asked import Asked
from vectray_client.web.models import CLIENT
from vectray_client.web.settings import Diagnose
from vectray_client.web.shown import Json


class Diagnostics:
    """Asks the programs that run, starting none, and has `diagnose` look at the rest."""

    def __init__(self, agent: AsyncAgent, places: Places, diagnose: Diagnose) -> None:
        self._agent = agent
        self._places = places
        self._diagnose = diagnose

    async def diagnose(self, asked: Asked) -> Json:  # noqa: ARG002 - every handler takes what is asked
        """Look now."""
        agent, daemon = await self._agent.state(), await self._daemon()
        diagnosis = await asyncio.to_thread(self._diagnose, agent, daemon)
        findings = [{"sentence": sentence, "remedy": remedy} for sentence, remedy in diagnosis.findings]
        return {"findings": findings, "report": diagnosis.report}

    async def _daemon(self) -> DaemonState | VectrayClientError | None:
        """What the daemon says, why it says nothing, or None if it does not run."""
        if not await asyncio.to_thread(is_up, the_daemon(self._places)):
            return None
        try:
            async with AsyncDaemon(self._places, client_name=CLIENT) as daemon:
                return await daemon.state()
        except VectrayClientError as error:
            return error
