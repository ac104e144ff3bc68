"""`vectray pause`, `resume` and `rescan`: when the index is brought up to date."""

import time

import click

from vectray_client.agent import orders
from vectray_client.cli.amounts import counted, duration
from vectray_client.cli.arguments import PLACE, SPAN
from vectray_client.cli.reaching import own_store, running_agent
from vectray_client.cli.terminal import print_json, say
from vectray_client.config import read_config
from vectray_client.freshness import folders_about, pending_in
from vectray_client.index.errors import IndexMissing
from vectray_client.indexer.pausing import PAUSED, setting_for

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command("pause")
@click.option("--for", "seconds", type=SPAN, metavar="2h", help="Go on by itself after that time.")
def pause(seconds: int | None) -> None:
    """Stop indexing, until `vectray resume` or for a while. Search goes on."""
    config = read_config()
    with running_agent(config.places) as agent:
        if agent:
            agent.pause(seconds=seconds or 0)
        else:
            with own_store(config) as store:
                store.set_setting(PAUSED, setting_for(seconds, unix_now=time.time()))
    say(f"indexing is paused {f'for {duration(seconds)}' if seconds else 'until `vectray resume`'}")


@click.command("resume")
def resume() -> None:
    """Go on indexing."""
    config = read_config()
    with running_agent(config.places) as agent:
        if agent:
            agent.resume()
        elif config.index_file.exists():
            with own_store(config) as store:
                store.set_setting(PAUSED, "")
    say(
        "indexing is not paused"
        if agent
        else "indexing is not paused; `vectray index` brings everything up to date"
    )


@click.command("rescan")
@click.argument("path", required=False, type=PLACE, metavar="[FOLDER]")
@_JSON
def rescan(path: str | None, *, as_json: bool) -> None:
    """Look at every file of a folder, or of all, again. A path that was forgotten on request is taken in again."""
    config = read_config()
    with running_agent(config.places) as agent:
        if agent:
            dirty = agent.rescan(path or "")
        elif not config.index_file.exists():
            raise IndexMissing
        else:
            with own_store(config) as store:
                folders = folders_about(store, path)
                if path and not folders:
                    raise orders.UnknownFolder(path)
                if path:
                    orders.take_anew(store, path)
                dirty = sum(pending_in(store, folder, config.scope).files for folder in folders)
    if as_json:
        print_json({"dirty": dirty})
    elif agent:
        say(f"new or changed, and being indexed: {counted(dirty, 'file')}")
    else:
        say(f"new or changed: {counted(dirty, 'file')}; `vectray index` brings them in")
