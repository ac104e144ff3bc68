"""`vectray why` and `problems`: what became of a file."""

import click

from vectray_client.cli.arguments import JSON, PLACE
from vectray_client.cli.by_hand import the_index
from vectray_client.cli.terminal import print_json, printable, say, screen
from vectray_client.config import read_config


@click.command("why")
@click.argument("path", type=PLACE, metavar="PATH")
@JSON
def why(path: str, *, as_json: bool) -> None:
    """Tell why a file or folder is found or not."""
    with the_index(read_config()) as index:
        answer = index.explain(path)
    if as_json:
        print_json({"path": path, "explanation": answer.sentence, "chunks": answer.chunks})
    else:
        screen().print(printable(answer.sentence), markup=False)


@click.command("problems")
@JSON
def problems(*, as_json: bool) -> None:
    """List the files that could not be indexed, each with the reason."""
    with the_index(read_config()) as index:
        found = index.problems()
    if as_json:
        print_json({"problems": [{"path": problem.path, "reason": problem.reason} for problem in found]})
        return
    for problem in found:
        screen().print(printable(f"{problem.path}: {problem.reason}"), markup=False)
    if not found:
        say("there are no problems")
