"""`vectray why` and `problems`: what became of a file."""

import time
from collections.abc import Sequence

import click

from vectray_client.cli.arguments import PLACE
from vectray_client.cli.reaching import running_agent
from vectray_client.cli.terminal import print_json, printable, say, screen
from vectray_client.config import Config, read_config
from vectray_client.explaining import Facts, Kind, explain, gather
from vectray_client.index.errors import IndexMissing
from vectray_client.index.reading import open_reader
from vectray_client.indexer.pausing import PAUSED, pause_in
from vectray_client.sdk.index_states import Explanation, Problem

_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


@click.command("why")
@click.argument("path", type=PLACE, metavar="PATH")
@_JSON
def why(path: str, *, as_json: bool) -> None:
    """Tell why a file or folder is found or not."""
    config = read_config()
    with running_agent(config.places) as agent:
        answer = agent.explain(path) if agent else _explained(path, config)
    if as_json:
        print_json({"path": path, "explanation": answer.sentence, "chunks": answer.chunks})
    else:
        screen().print(printable(answer.sentence), markup=False)


@click.command("problems")
@_JSON
def problems(*, as_json: bool) -> None:
    """List the files that could not be indexed, each with the reason."""
    config = read_config()
    with running_agent(config.places) as agent:
        found = agent.problems() if agent else _problems(config)
    if as_json:
        print_json({"problems": [{"path": problem.path, "reason": problem.reason} for problem in found]})
        return
    for problem in found:
        screen().print(printable(f"{problem.path}: {problem.reason}"), markup=False)
    if not found:
        say("there are no problems")


def _explained(path: str, config: Config) -> Explanation:
    try:
        with open_reader(config.index_file) as reader:
            pause = pause_in(reader.setting(PAUSED), unix_now=time.time())
            facts = gather(reader, path, config.scope, pause=pause.reason if pause else "")
    except IndexMissing:
        facts = Facts(kind=Kind.NOTHING)  # what stands there does not matter where no folder is indexed
    return explain(facts)


def _problems(config: Config) -> Sequence[Problem]:
    try:
        with open_reader(config.index_file) as reader:
            return [Problem(path=path, reason=refusal.reason) for path, refusal in reader.problems()]
    except IndexMissing:
        return []
