"""`vectray autostart`: whether the system starts Vectray when its person logs in."""

from typing import Literal

import click

from vectray_client.autostart.here import agent_autostart, tray_autostart
from vectray_client.autostart.standing import Standing
from vectray_client.cli.arguments import JSON
from vectray_client.cli.terminal import print_json, printable

_NOT_DONE = 1
_Order = Literal["on", "off", "status"]


@click.command("autostart")
@click.argument("order", type=click.Choice(["on", "off", "status"]), default="status")
@click.option(
    "--headless",
    "is_headless",
    is_flag=True,
    help="The agent alone, on a machine without a desktop (systemd).",
)
@JSON
@click.pass_context
def command(context: click.Context, order: _Order, *, is_headless: bool, as_json: bool) -> None:
    """Have the tray start when you log in, or not; tell what the system has it. Starts and stops nothing now."""
    autostart = agent_autostart() if is_headless else tray_autostart()
    if order == "on":
        autostart.turn_on()
    elif order == "off":
        autostart.turn_off()
    standing = autostart.read()
    if as_json:
        print_json(
            {
                "on": standing.is_on,
                "headless": is_headless,
                "place": standing.place,
                "reason": standing.reason,
                "command": list(standing.command),
            }
        )
    else:
        click.echo(printable(told(standing, is_headless=is_headless)))
    if order == "on" and not standing.is_on:
        context.exit(_NOT_DONE)


def told(standing: Standing, *, is_headless: bool) -> str:
    """Return how things stand, in a line. Pure."""
    what = "the agent" if is_headless else "the tray"
    line = f"on: {what} starts when you log in" if standing.is_on else f"off: {what} does not start by itself"
    return (
        f"{line} ({standing.place}). {standing.reason}".rstrip()
        if standing.is_on or standing.reason
        else line
    )
