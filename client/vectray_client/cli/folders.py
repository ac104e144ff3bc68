"""`vectray folders`: which folders are indexed."""

import click

from vectray.places import make_private
from vectray_client.cli.arguments import FOLDER
from vectray_client.cli.terminal import print_json, printable, say, screen
from vectray_client.config import read_config
from vectray_client.domain import Fault
from vectray_client.freshness import check_eligible
from vectray_client.index.errors import IndexMissing
from vectray_client.index.reading import open_reader
from vectray_client.index.records import Filter
from vectray_client.index.store import open_store

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


class UnknownFolder(Fault):
    """The folder is not indexed."""


@click.group("folders", invoke_without_command=True, no_args_is_help=False)
@_JSON
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """List, add or remove the folders that are indexed."""
    if context.invoked_subcommand is None:
        context.invoke(list_folders, as_json=as_json)


@command.command("list")
@_JSON
def list_folders(*, as_json: bool) -> None:
    """List the folders, each with the number of files that can be found below it."""
    try:
        with open_reader(read_config().index_file) as reader:
            folders = {folder: reader.counts(Filter(folder=folder)).files for folder in reader.folders()}
    except IndexMissing:
        folders = {}
    if as_json:
        print_json({"folders": [{"path": path, "files": files} for path, files in folders.items()]})
    else:
        for path, files in folders.items():
            screen().print(f"{printable(path)}  {files} files", markup=False)


@command.command("add")
@click.argument("folder", type=FOLDER, metavar="FOLDER")
def add(folder: str) -> None:
    """Add a folder without reading it now."""
    config = read_config()
    check_eligible(folder, config.scope)
    make_private(config.places.index)
    with open_store(config.index_file) as store:
        store.add_folder(folder)
    say(f"{folder} is added; `vectray index {folder}` brings it in")


@command.command("remove")
@click.argument("folder", type=FOLDER, metavar="FOLDER")
def remove(folder: str) -> None:
    """Forget a folder and everything that was indexed of it. The files themselves are not touched."""
    index_file = read_config().index_file
    if not index_file.exists():
        raise IndexMissing
    with open_store(index_file) as store:
        if folder not in store.folders():
            raise UnknownFolder(f"{folder} is not indexed.")
        files = store.remove_folder(folder)
        holders = store.holders(folder)
        scrubbed = store.scrub()
    if holders:
        say(
            f"{folder} is no folder of its own any more; its files stay, because {holders[-1]} is indexed and holds them"
        )
    else:
        say(f"{folder} is forgotten with {files} files")
    if not scrubbed:
        say(
            "traces of it stay in the index's files until the program that reads them at the moment has ended"
        )
