"""`vectray pause`, `resume`, `rescan` and `forget`: what the index is to do, and what it is to leave alone."""

import shlex
import time

import click

from vectray_client.cli.amounts import counted, duration
from vectray_client.cli.arguments import FOLDER, JSON, PLACE, SPAN
from vectray_client.cli.by_hand import the_index
from vectray_client.cli.terminal import print_json, say
from vectray_client.config import Config, read_config
from vectray_client.indexer.pausing import Pauses, kept_pauses
from vectray_client.sdk.agent import Agent
from vectray_client.store.errors import IndexMissing
from vectray_client.store.reading import open_reader


@click.command("pause")
@click.argument("folder", required=False, type=FOLDER, metavar="[FOLDER]")
@click.option("--for", "seconds", type=SPAN, metavar="2h", help="Go on by itself after that time.")
def pause(folder: str | None, seconds: int | None) -> None:
    """Stop indexing of a folder with all that lies in it, or of everything, until `vectray resume` or for a while. Search goes on."""
    with the_index(read_config()) as index:
        index.pause(folder or "", seconds=seconds or 0)
    resume = f"`vectray resume{f' {shlex.quote(folder)}' if folder else ''}`"
    say(f"{_what(folder)} is paused {f'for {duration(seconds)}' if seconds else f'until {resume}'}")


@click.command("resume")
@click.argument("folder", required=False, type=FOLDER, metavar="[FOLDER]")
@click.option("--anyway", is_flag=True, help="Go on at full speed, also on battery or beside other programs.")
def resume(folder: str | None, *, anyway: bool) -> None:
    """Go on indexing a folder, or everything. Folders that were paused by themselves stay so until they are named."""
    config = read_config()
    with the_index(config) as index:
        index.resume(folder or "", anyway=anyway)
    pauses = _pauses(config)
    if pause := pauses.whole or (pauses.of(folder) if folder else None):
        say(pause.reason)
        return
    left = "" if isinstance(index, Agent) else "; `vectray index` brings everything up to date"
    say(f"{_what(folder)} is not paused{left}")
    for other in pauses.folders if not folder else ():
        say(f"{other.folder} stays paused: {other.reason}")


def _pauses(config: Config) -> Pauses:
    """What is paused now."""
    try:
        with open_reader(config.index_file) as reader:
            return kept_pauses(reader, unix_now=time.time())
    except IndexMissing:
        return Pauses()


def _what(folder: str | None) -> str:
    return f"indexing of {folder}" if folder else "indexing"


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
