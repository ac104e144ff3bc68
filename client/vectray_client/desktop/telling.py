"""Tells the person what `notices` finds worth it."""

import asyncio
import contextlib
import time
from collections.abc import Sequence

from vectray_client.desktop.following import Following
from vectray_client.desktop.notices import Watched, news, notification, wants_problems
from vectray_client.desktop.notifying import Notifying
from vectray_client.desktop.taste import Taste
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import Problem

_EVERY_SECONDS = 2.0
"""Nothing of this is urgent."""


async def tell_news(following: Following, taste: Taste, notifying: Notifying) -> None:
    """Look at what is known, and raise notifications, for ever. Also when nothing has changed: some of them wait for their time."""
    watched = Watched()
    while True:
        watched = await _told(watched, following, taste, notifying)
        await asyncio.sleep(_EVERY_SECONDS)


async def _told(former: Watched, following: Following, taste: Taste, notifying: Notifying) -> Watched:
    now, facts, preferences = time.monotonic(), following.facts, taste.preferences
    problems = await _problems(following) if wants_problems(former, facts, now=now) else None
    watched, notices = news(former, facts, now=now, preferences=preferences, problems=problems)
    for notice in notices:
        notifying.tell(notification(notice, taste.language))
    # Also where nothing is told of it: it is over.
    if watched.is_first_index_told and not former.is_first_index_told and not preferences.is_first_index_told:
        taste.note_first_index()
    return watched


async def _problems(following: Following) -> Sequence[Problem] | None:
    with contextlib.suppress(VectrayClientError):  # whoever follows the agent sees that it is going
        if following.agent:
            return await following.agent.problems()
    return None
