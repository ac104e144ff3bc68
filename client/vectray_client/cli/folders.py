"""`vectray folders`: which folders are indexed."""

import os

import click

from vectray_client.cli.terminal import print_json, printable, say, screen
from vectray_client.config import read_config
from vectray_client.domain import Fault
from vectray_client.index.reading import open_reader
from vectray_client.index.records import Filter
from vectray_client.index.store import open_store


class UnknownFolder(Fault):
    """The folder is not indexed."""


@click.group("folders", invoke_without_command=True)
@click.pass_context
def command(context: click.Context) -> None:
    """List or remove the folders that are indexed; `vectray index` adds them."""
    if context.invoked_subcommand is None:
        context.invoke(list_folders)


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def list_folders(*, as_json: bool = False) -> None:
    """List the folders."""
    with open_reader(read_config().index_file) as reader:
        folders = {folder: reader.counts(Filter(folder=folder)).files for folder in reader.folders()}
    if as_json:
        print_json({"folders": [{"path": path, "files": files} for path, files in folders.items()]})
    else:
        for path, files in folders.items():
            screen().print(f"{printable(path)}  {files} files", markup=False)


@command.command("remove")
@click.argument("folder", metavar="FOLDER")
def remove(folder: str) -> None:
    """Forget a folder and everything that was indexed of it. The files themselves are not touched."""
    path = os.path.realpath(folder)
    with open_store(read_config().index_file) as store:
        if path not in store.folders():
            raise UnknownFolder(f"{path} is not indexed.")
        files = store.counts(Filter(folder=path)).files
        store.remove_folder(path)
        store.sweep_vectors()
        store.scrub()
    say(f"{path} is forgotten with {files} files")
