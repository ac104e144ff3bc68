"""`vectray tray`: the icon."""

import asyncio
import os
import time

import click

from vectray.places import Places, find_places
from vectray_client.cli.arguments import JSON, WORDS
from vectray_client.cli.terminal import print_json, say
from vectray_client.desktop.backends.choice import Choice, choose_display
from vectray_client.desktop.errands import run_command
from vectray_client.desktop.menu_items import Order, Verb
from vectray_client.desktop.only_tray import CannotHandOver, hand_over, only_tray
from vectray_client.desktop.tray import run_tray
from vectray_client.sdk.rendezvous import HAS_UNIX_SOCKETS

_PATIENCE_SECONDS = 3.0
"""With a tray that holds the lock and hears nobody: one that is starting, or ending."""
_AGAIN_SECONDS = 0.1


@click.command("tray")
@click.option("--search", type=WORDS, metavar="QUERY", help="Open the page with a search at once.")
@click.option("--background", is_flag=True, help="Open nothing by itself: for the start of the session.")
@click.option(
    "--check", is_flag=True, help="Only say how the icon would be shown here, and why not otherwise."
)
@JSON
def command(*, search: str | None, background: bool, check: bool, as_json: bool) -> None:
    """Show the icon in the tray. Starts the agent and the daemon. A second one has the first open the search, and ends."""
    if check:
        _show(_choice(), as_json=as_json)
        return
    first = None if background else Order(verb=Verb.WELCOME)
    if search is not None:
        first = Order(verb=Verb.SEARCH, query=search)
    places, patient_until = find_places(), time.monotonic() + _PATIENCE_SECONDS
    while True:
        with only_tray(places) as is_only:
            if is_only:
                run_tray(places, environment=os.environ, say=say, first=first)
                return
        if first is None:
            say("the tray is running already")
            return
        if _is_handed_over(places, search or "", is_last=time.monotonic() > patient_until):
            say("the tray is running already, and opens the search")
            return
        time.sleep(_AGAIN_SECONDS)


def _is_handed_over(places: Places, search: str, *, is_last: bool) -> bool:
    """Whether the tray that runs has taken it; on the last attempt CannotHandOver if not."""
    if not HAS_UNIX_SOCKETS:  # there is no way to tell it, so it is done here
        asyncio.run(run_command("web", "--", search))
        return True
    try:
        hand_over(places, search)
    except CannotHandOver:
        if is_last:
            raise
        return False
    return True


def _choice() -> Choice:
    return choose_display(lambda _: None, environment=os.environ, panel=lambda: None, say=say)


def _show(choice: Choice, *, as_json: bool) -> None:
    if as_json:
        passed_over = [{"way": each.way, "why": each.why} for each in choice.passed_over]
        print_json({"way": choice.way, "passed_over": passed_over})
        return
    click.echo(choice.way)
    for each in choice.passed_over:
        say(f"not by {each.way}: {each.why}")
