"""What a person chooses for the tray, and whether it starts with the computer: read and changed where tray and system themselves look."""

import asyncio

from vectray_client.autostart.here import tray_autostart
from vectray_client.autostart.standing import Autostart, Standing
from vectray_client.preferences.choices import SETTINGS, Preferences, check_name
from vectray_client.preferences.kept import keep_preferences, read_preferences
from vectray_client.web.asked import Asked
from vectray_client.web.refusals import Refused
from vectray_client.web.settings import Installation
from vectray_client.web.shown import Json


class TraySettings:
    """Nothing is kept here: both may be changed by other programs at any time."""

    def __init__(self, installation: Installation) -> None:
        self._file = installation.places.preferences
        self._environment = installation.environment

    async def preferences(self, asked: Asked) -> Json:  # noqa: ARG002 - every handler takes what is asked
        """Tell what is chosen."""
        return _as_json(await asyncio.to_thread(read_preferences, self._file))

    async def choose(self, asked: Asked) -> Json:
        """Change one thing."""
        check_name(name := asked.text("name"))
        changes = {name: asked.text("value")}
        return _as_json(await asyncio.to_thread(keep_preferences, self._file, changes))

    async def autostart(self, asked: Asked) -> Json:  # noqa: ARG002 - as above
        """Tell how the system has it."""
        return _standing(await asyncio.to_thread(self._starter().read))

    async def start_by_itself(self, asked: Asked) -> Json:
        """Have the tray start with the computer, or not, and tell how the system has it then."""
        if "on" not in asked.fields:
            raise Refused("`on` is true or false.")
        return _standing(await asyncio.to_thread(_turned, self._starter(), is_on=asked.flag("on")))

    def _starter(self) -> Autostart:
        return tray_autostart(self._environment)


def _turned(starter: Autostart, *, is_on: bool) -> Standing:
    try:
        if is_on:
            starter.turn_on()
        else:
            starter.turn_off()
    except OSError as error:
        why = error.strerror or "the system refuses it"
        raise Refused(f"That cannot be changed: {why}.", status=409, code="NOT_KEPT") from None
    return starter.read()


def _as_json(preferences: Preferences) -> Json:
    return {
        "chosen": dict(preferences.words()),
        "choices": {name: list(words) for name, words in SETTINGS.items()},
        "fault": preferences.fault,
    }


def _standing(standing: Standing) -> Json:
    return {"is_on": standing.is_on, "place": standing.place, "reason": standing.reason}
