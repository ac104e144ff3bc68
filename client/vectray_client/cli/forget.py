"""`vectray forget`: take a file or folder out of the index without a trace."""

import click

from vectray_client.agent import orders
from vectray_client.cli.amounts import counted
from vectray_client.cli.arguments import PLACE
from vectray_client.cli.reaching import own_store, running_agent
from vectray_client.cli.terminal import print_json, say
from vectray_client.config import read_config
from vectray_client.index.errors import IndexMissing
from vectray_client.index.vector_cache import cache_beside, discard_cache


@click.command("forget")
@click.argument("path", type=PLACE, metavar="PATH")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(path: str, *, as_json: bool) -> None:
    """Remove every trace of a file or folder from the index, and leave it out from now on. It is not touched itself."""
    config = read_config()
    with running_agent(config.places) as agent:
        if agent:
            files = agent.forget(path)
        elif not config.index_file.exists():
            raise IndexMissing
        else:
            with own_store(config) as store:
                cache = cache_beside(config.index_file)
                files = orders.forget(store, path, discard_cache=lambda: discard_cache(cache))
    if as_json:
        print_json({"files": files})
    else:
        say(f"{path} is forgotten with {counted(files, 'file')}")
