"""`vectray index`: bring the index up to date with some folders."""

import time
from collections.abc import Mapping, Sequence

import click

from vectray_client.agent import orders
from vectray_client.cli.arguments import FOLDER, JSON
from vectray_client.cli.by_hand import own_store
from vectray_client.cli.following import check_indexing, follow
from vectray_client.cli.progress import progress_bars
from vectray_client.cli.reaching import daemon_state, embedder_for, running_agent
from vectray_client.cli.terminal import print_json, say
from vectray_client.config import Config, read_config
from vectray_client.domain import Refusal, Verdict
from vectray_client.freshness import check_eligible
from vectray_client.indexer.catching_up import Summary, bring_up_to_date
from vectray_client.nesting import outermost
from vectray_client.sdk.agent import Agent
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.store.errors import IndexMissing
from vectray_client.store.reading import Reader, open_reader
from vectray_client.store.records import Filter, Model

_SHOWN_PROBLEMS = 10


@click.command("index")
@click.argument("folders", nargs=-1, type=FOLDER, metavar="[FOLDER...]")
@JSON
def command(folders: tuple[str, ...], *, as_json: bool) -> None:
    """Add folders to the index and bring it up to date with them; without any, with all that were added."""
    config = read_config()
    for folder in folders:
        check_eligible(folder, config.scope)
    if not folders and not config.index_file.exists():
        raise IndexMissing
    began = time.monotonic()
    with running_agent(config.places) as agent:
        chosen = tuple(dict.fromkeys(folders))
        paths, done = _by_agent(agent, chosen, config) if agent else _here(chosen, config)
    with open_reader(config.index_file) as reader:
        result = summary(reader, paths, done)
    result["seconds"] = round(time.monotonic() - began, 3)
    if as_json:
        print_json(result)
    else:
        _say(result)


def _by_agent(agent: Agent, chosen: Sequence[str], config: Config) -> tuple[Sequence[str], Summary]:
    """Have the agent do it, which holds the store."""
    before = agent.state()
    check_indexing(before, chosen)
    for folder in chosen:
        agent.add_folder(folder)
    folders = chosen or _all(tuple(folder.path for folder in agent.folders()))
    with progress_bars(folders) as report:
        return folders, follow(agent, folders, before=before, index_file=config.index_file, report=report)


def _here(chosen: Sequence[str], config: Config) -> tuple[Sequence[str], Summary]:
    """Do it in this process."""
    with own_store(config) as store, embedder_for(config) as embedder:
        folders = chosen or _all(store.folders())
        for folder in chosen:
            orders.add_folder(store, folder)
        with progress_bars(folders) as report:
            done = bring_up_to_date(
                store,
                embedder,
                index_file=config.index_file,
                folders=folders,
                scope=config.scope,
                model=_model_to_change_to(store.model(), config),
                report=report,
            )
    return folders, done


def _model_to_change_to(known: Model | None, config: Config) -> str:
    """Another model that is configured, or the one in use, if the running daemon makes other vectors with it, as it may after an upgrade."""
    if known is None or config.model.casefold() not in ("", known.name.casefold()):
        return config.model
    try:
        daemon = daemon_state(config.places)
    except VectrayClientError:
        return ""  # whoever needs the daemon will say what is wrong with it
    models = daemon.models if daemon else ()
    is_outdated = any(
        model.name == known.name and model.fingerprint not in ("", known.fingerprint) for model in models
    )
    return known.name if is_outdated else ""


def _all(folders: Sequence[str]) -> Sequence[str]:
    if not folders:
        raise IndexMissing
    return folders


def summary(reader: Reader, folders: Sequence[str], done: Summary) -> dict[str, object]:
    """What the index now holds of the folders, and what it took to get there. Folders within others count once."""
    counts = [reader.counts(Filter(folders=(folder,))) for folder in outermost(folders)]
    chunks = sum(count.chunks for count in counts)
    refusals: dict[str, Refusal] = {}
    for folder in outermost(folders):
        refusals |= reader.refusals(folder)
    return {
        "files": sum(count.files for count in counts),
        "chunks": chunks,
        "embedded": done.embedded,
        "reused": max(0, chunks - done.embedded),
        "removed": done.removed,
        "skipped": _listed(refusals, Verdict.SKIPPED),
        "failed": _listed(refusals, Verdict.FAILED),
    }


def _listed(refusals: Mapping[str, Refusal], verdict: Verdict) -> list[dict[str, str]]:
    return [
        {"path": path, "reason": refusal.reason}
        for path, refusal in sorted(refusals.items())
        if refusal.verdict is verdict
    ]


def _say(result: Mapping[str, object]) -> None:
    say(
        "{files} files, {chunks} passages: {embedded} embedded, {reused} reused; {removed} files gone; {seconds} s".format_map(
            result
        )
    )
    for verdict in ("skipped", "failed"):
        problems = result[verdict]
        if isinstance(problems, list) and problems:
            say(f"{len(problems)} files {verdict}:")
            for problem in problems[:_SHOWN_PROBLEMS]:
                say(f"  {problem['path']}: {problem['reason']}")
            if len(problems) > _SHOWN_PROBLEMS:
                say("  ... and more: --json lists all")
