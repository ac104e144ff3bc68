"""`vectray similar`: more like this."""

import click

from vectray_client.cli.arguments import JSON, PLACE
from vectray_client.cli.by_hand import the_index
from vectray_client.cli.hits_json import hit_documents
from vectray_client.cli.hits_opened import OPEN, REVEAL, act_on
from vectray_client.cli.hits_shown import show_hits
from vectray_client.cli.search import FOLDERS, FOUND, NONE, TOP, TYPES
from vectray_client.cli.terminal import print_json, say
from vectray_client.config import read_config


@click.command("similar")
@click.argument("path", type=PLACE, metavar="FILE")
@TOP
@FOLDERS
@TYPES
@OPEN
@REVEAL
@JSON
@click.pass_context
def command(
    context: click.Context,
    path: str,
    *,
    top: int,
    folders: tuple[str, ...],
    file_types: tuple[str, ...],
    to_open: int | None,
    to_reveal: int | None,
    as_json: bool,
) -> None:
    """Find documents that are about the same as an indexed FILE. Exits with 0 if something was found, 1 if nothing, 2 for an error."""
    config = read_config()
    with the_index(config) as index:
        hits = index.similar(path, top=top, folders=folders, types=file_types)
    if as_json:
        print_json({"path": path, "hits": hit_documents(hits)})
    else:
        show_hits(hits)
    if not hits:
        say("nothing found")
    act_on(hits, to_open=to_open, to_reveal=to_reveal, open_with=config.open_with)
    context.exit(FOUND if hits else NONE)
