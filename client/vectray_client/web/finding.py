"""What the page asks about documents."""

import time

from vectray_client.sdk.agent_async import AsyncAgent
from vectray_client.web import shown
from vectray_client.web.asked import Asked
from vectray_client.web.shown import Json

_MOST_HITS = 200
_MOST_PASSAGES = 50
_MOST_POINTS = 10_000
_LONGEST_WAIT_MS = 10_000
_USUAL_HITS = 10
_MOST_RECENT = 100
_USUAL_POINTS = 2000


class Finding:
    """Answers through the agent."""

    def __init__(self, agent: AsyncAgent) -> None:
        self._agent = agent

    async def search(self, asked: Asked) -> Json:
        """Find documents."""
        began = time.perf_counter()
        query = asked.text("q")
        found = await self._agent.search(
            query,
            top=asked.number("top", least=1, most=_MOST_HITS, default=_USUAL_HITS),
            folders=asked.texts("folder"),
            types=asked.texts("type"),
            name=asked.text("name", ""),
            since_unix_ms=asked.moment_ms("since"),
            until_unix_ms=asked.moment_ms("until", is_end=True),
            more_passages=asked.number("more", most=_MOST_PASSAGES),
            words_only=asked.flag("words"),
            rerank=asked.flag("rerank"),
            freshness_wait_seconds=asked.number("fresh_ms", most=_LONGEST_WAIT_MS) / 1000,
            excerpt_wait_seconds=asked.number("excerpt_ms", most=_LONGEST_WAIT_MS) / 1000,
        )
        milliseconds = (time.perf_counter() - began) * 1000
        return shown.answer(found, asked.references, query=query, milliseconds=milliseconds)

    async def similar(self, asked: Asked) -> Json:
        """Find documents that are about the same as one that was shown."""
        top = asked.number("top", least=1, most=_MOST_HITS, default=_USUAL_HITS)
        found = await self._agent.similar(asked.references.find(asked.text("id")).path, top=top)
        return {"hits": shown.hits(found, asked.references)}

    async def passages(self, asked: Asked) -> Json:
        """Read passages about a place that was shown."""
        place = asked.references.find(asked.text("id"))
        read = await self._agent.read_passages(
            place.path,
            at=place.start,
            before=asked.number("before", most=_MOST_PASSAGES),
            after=asked.number("after", most=_MOST_PASSAGES),
        )
        return shown.reading(read, asked.references, asked=place)

    async def map(self, asked: Asked) -> Json:
        """Place the documents on a plane."""
        most = asked.number("most", least=1, most=_MOST_POINTS, default=_USUAL_POINTS)
        return shown.map_of(await self._agent.map(most=most), asked.references)

    async def recent(self, asked: Asked) -> Json:
        """List the documents that were changed last."""
        most = asked.number("most", least=1, most=_MOST_RECENT, default=_USUAL_HITS)
        return shown.recent(await self._agent.recent(most=most), asked.references)
