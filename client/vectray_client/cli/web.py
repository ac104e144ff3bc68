"""`vectray web`: open the local page."""

import click

from vectray_client.agent.page import VIEWS
from vectray_client.cli.arguments import JSON, WORDS
from vectray_client.cli.terminal import print_json, say
from vectray_client.config import read_config
from vectray_client.opening.browser import open_in_browser
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.programs import the_agent
from vectray_client.sdk.rendezvous import ensure_up


@click.command("web")
@click.argument("words", nargs=-1, type=WORDS, metavar="[QUERY]")
@click.option(
    "--no-browser", "--print", "is_printed", is_flag=True, help="Print the address and open nothing."
)
@click.option("--view", type=click.Choice(VIEWS), help="What of the page to show.")
@JSON
def command(words: tuple[str, ...], *, is_printed: bool, view: str | None, as_json: bool) -> None:
    """Open the local page in the browser, with a search if one is given. Starts the agent, which serves the page from then on."""
    config = read_config()
    ensure_up(the_agent(config.places))
    with Agent(config.places) as agent:
        address = agent.open_page(" ".join(words), view=view or "")
    if as_json:
        print_json({"url": address.url, "seconds": address.seconds})
    elif is_printed:
        click.echo(address.url)
        say(f"open this address within {address.seconds} seconds; it is good once")
    else:
        open_in_browser(address.url, doorstep=config.places.runtime / "page.html")
        say("the page is open in your browser")
