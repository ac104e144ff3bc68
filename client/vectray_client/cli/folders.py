"""`vectray folders`: which folders are indexed."""

import click

from vectray_client.cli.amounts import counted
from vectray_client.cli.arguments import FOLDER, JSON
from vectray_client.cli.by_hand import the_index
from vectray_client.cli.survey_by_hand import ground_here
from vectray_client.cli.terminal import print_json, printable, say, screen
from vectray_client.config import Config, read_config
from vectray_client.freshness import check_eligible
from vectray_client.sdk.agent import Agent
from vectray_client.store.errors import IndexMissing
from vectray_client.store.reading import open_reader
from vectray_client.store.records import Filter


@click.group("folders", invoke_without_command=True, no_args_is_help=False)
@JSON
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """List, add or remove the folders that are indexed."""
    if context.invoked_subcommand is None:
        context.invoke(list_folders, as_json=as_json)


@command.command("list")
@JSON
def list_folders(*, as_json: bool) -> None:
    """List the folders, each with the number of files that can be found below it."""
    try:
        with open_reader(read_config().index_file) as reader:
            folders = {folder: reader.counts(Filter(folders=(folder,))).files for folder in reader.folders()}
    except IndexMissing:
        folders = {}
    if as_json:
        print_json({"folders": [{"path": path, "files": files} for path, files in folders.items()]})
    else:
        for path, files in folders.items():
            screen().print(f"{printable(path)}  {counted(files, 'file')}", markup=False)
        if not folders:
            say("no folder is indexed")


@command.command("add")
@click.argument("folder", type=FOLDER, metavar="FOLDER")
def add(folder: str) -> None:
    """Add a folder; where an agent runs, it begins to index it."""
    config = read_config()
    check_eligible(folder, config.scope)
    notes = ground_here(folder, config).notes
    with the_index(config) as index:
        index.add_folder(folder)
    for note in notes:
        say(note)
    if isinstance(index, Agent):
        say(f"{folder} is added and is being indexed")
    else:
        say(f"{folder} is added; `vectray index {folder}` brings it in")


@command.command("remove")
@click.argument("folder", type=FOLDER, metavar="FOLDER")
def remove(folder: str) -> None:
    """Forget a folder and everything that was indexed of it. The files themselves are not touched."""
    config = read_config()
    with the_index(config) as index:
        files = index.remove_folder(folder)
    holder = _holder(config, folder)
    if holder:
        say(
            f"{folder} is no folder of its own any more; its files stay, because {holder} is indexed and holds them"
        )
    else:
        say(f"{folder} is forgotten with {counted(files, 'file')}")


def _holder(config: Config, folder: str) -> str | None:
    with open_reader(config.index_file) as reader:
        holders = reader.holders(folder)
    return holders[-1] if holders else None
