from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import light_daemon

from vectray_client.desktop.errands import Errands, NotDone, run_command, seconds_until_tomorrow
from vectray_client.desktop.following import Following
from vectray_client.desktop.menu_items import Order, Verb


@given(now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_tomorrow_begins_in_the_morning(now: datetime) -> None:
    """Of the next day, whatever the time is."""
    then = now + timedelta(seconds=seconds_until_tomorrow(now))
    assert then.date() == now.date() + timedelta(days=1)
    assert (then + timedelta(seconds=1)).hour == 8 or then.hour == 8


async def test_a_command_that_fails_says_why() -> None:
    """In the command's own sentence, without the program's name before it."""
    with pytest.raises(NotDone, match=r"^No such command"):
        await run_command("no-such-command")


async def test_the_tray_ends_without_the_agent(tmp_path: Path) -> None:
    """At once, and nothing is started for it."""
    places, ends = light_daemon.places(tmp_path), list[str]()
    following = Following(places, tell=lambda: None)
    await Errands(places, following, end=lambda: ends.append("ended")).run(Order(verb=Verb.QUIT_TRAY))
    assert ends == ["ended"]
    assert not places.runtime.exists()
