"""`vectray settings`: what tray and page look like, and what they tell of."""

import click

from vectray.places import find_places
from vectray_client.cli.arguments import JSON
from vectray_client.cli.terminal import print_json, say, screen
from vectray_client.preferences.choices import SETTINGS, Preferences, check_name
from vectray_client.preferences.kept import keep_preferences, read_preferences


@click.command("settings")
@click.argument("name", required=False)
@click.argument("value", required=False)
@JSON
def command(name: str | None, value: str | None, *, as_json: bool) -> None:
    """List the settings of tray and page; show the one NAME; or set it to VALUE."""
    file = find_places().preferences
    if name:
        check_name(name)
    if name and value is not None:
        preferences = keep_preferences(file, {name: value})
    else:
        preferences = read_preferences(file)
        if preferences.fault:
            say(preferences.fault)
    if as_json:
        print_json({"settings": _as_json(preferences, name)})
    elif name:
        screen().print(preferences.words()[name])
    else:
        for each, word in preferences.words().items():
            screen().print(f"{each:20} {word:5} ({', '.join(SETTINGS[each])})", markup=False)


def _as_json(preferences: Preferences, name: str | None) -> dict[str, dict[str, object]]:
    return {
        each: {"value": word, "choices": list(SETTINGS[each])}
        for each, word in preferences.words().items()
        if name in (None, each)
    }
