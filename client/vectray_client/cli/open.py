"""`vectray open`: show a file or folder in the program that the person reads it with."""

import os

import click

from vectray_client.cli.arguments import PLACE
from vectray_client.cli.terminal import say
from vectray_client.config import read_config
from vectray_client.opening.file_manager import open_folder, reveal
from vectray_client.opening.files import open_file


@click.command("open")
@click.argument("path", type=PLACE, metavar="PATH")
@click.option("--reveal", "is_revealed", is_flag=True, help="Show it among the files of its folder.")
def command(path: str, *, is_revealed: bool) -> None:
    """Open a file in its program, or a folder in the file manager. What the desktop might run is never run, but shown there."""
    config = read_config()
    if is_revealed:
        reveal(path)
    elif os.path.isdir(path):  # noqa: PTH112 - paths are strings here
        open_folder(path)
    elif caution := open_file(path, open_with=config.open_with):
        say(caution)
