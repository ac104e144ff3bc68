"""`vectray pause`, `resume`, `rescan` and `forget`: what the index is to do, and what it is to leave alone."""

import click

from vectray_client.cli.amounts import counted, duration
from vectray_client.cli.arguments import JSON, PLACE, SPAN
from vectray_client.cli.by_hand import the_index
from vectray_client.cli.terminal import print_json, say
from vectray_client.config import read_config
from vectray_client.sdk.agent import Agent


@click.command("pause")
@click.option("--for", "seconds", type=SPAN, metavar="2h", help="Go on by itself after that time.")
def pause(seconds: int | None) -> None:
    """Stop indexing, until `vectray resume` or for a while. Search goes on."""
    with the_index(read_config()) as index:
        index.pause(seconds=seconds or 0)
    say(f"indexing is paused {f'for {duration(seconds)}' if seconds else 'until `vectray resume`'}")


@click.command("resume")
def resume() -> None:
    """Go on indexing."""
    with the_index(read_config()) as index:
        index.resume()
    left = "" if isinstance(index, Agent) else "; `vectray index` brings everything up to date"
    say(f"indexing is not paused{left}")


@click.command("rescan")
@click.argument("path", required=False, type=PLACE, metavar="[FOLDER]")
@JSON
def rescan(path: str | None, *, as_json: bool) -> None:
    """Look at every file of a folder, or of all, again. A path that was forgotten on request is taken in again."""
    with the_index(read_config()) as index:
        dirty = index.rescan(path or "")
    if as_json:
        print_json({"dirty": dirty})
    elif isinstance(index, Agent):
        say(f"new or changed, and being indexed: {counted(dirty, 'file')}")
    else:
        say(f"new or changed: {counted(dirty, 'file')}; `vectray index` brings them in")


@click.command("forget")
@click.argument("path", type=PLACE, metavar="PATH")
@JSON
def forget(path: str, *, as_json: bool) -> None:
    """Remove every trace of a file or folder from the index, and leave it out from now on. It is not touched itself."""
    with the_index(read_config()) as index:
        files = index.forget(path)
    if as_json:
        print_json({"files": files})
    else:
        say(f"{path} is forgotten with {counted(files, 'file')}")
