"""`vectray index`: bring the index up to date with some folders."""

import time
from collections.abc import Mapping, Sequence

import click

from vectray.places import make_private
from vectray_client.cli.arguments import FOLDER
from vectray_client.cli.daemon import daemon_state, embedder_for
from vectray_client.cli.progress import progress_bars
from vectray_client.cli.terminal import print_json, say
from vectray_client.config import Config, read_config
from vectray_client.domain import Refusal, Verdict
from vectray_client.freshness import check_eligible, lies_in
from vectray_client.index.errors import IndexMissing
from vectray_client.index.reading import Reader
from vectray_client.index.records import Filter, Model
from vectray_client.index.store import Store, open_store
from vectray_client.indexer import FolderProgress, adopt, index_folder
from vectray_client.sdk.errors import VectrayClientError

_SHOWN_PROBLEMS = 10


@click.command("index")
@click.argument("folders", nargs=-1, type=FOLDER, metavar="[FOLDER...]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(folders: tuple[str, ...], *, as_json: bool) -> None:
    """Add folders to the index and bring it up to date with them; without any, with all that were added."""
    config = read_config()
    for folder in folders:
        check_eligible(folder, config.scope)
    if not folders and not config.index_file.exists():
        raise IndexMissing
    began = time.monotonic()
    make_private(config.places.index)
    with open_store(config.index_file) as store:
        paths = tuple(dict.fromkeys(folders)) or store.folders()
        if not paths:
            raise IndexMissing
        result = summary(store, paths, _bring_up_to_date(store, paths, config))
    result["seconds"] = round(time.monotonic() - began, 3)
    if as_json:
        print_json(result)
    else:
        _say(result)


def _bring_up_to_date(store: Store, folders: Sequence[str], config: Config) -> list[FolderProgress]:
    known = store.model()
    name = known.name if known else ""
    with embedder_for(config, model=config.model or name) as embedder, progress_bars() as report:
        if _is_outdated(known, config):
            # Even if nothing has changed on the disk: searches are to use it from now on.
            adopt(store, embedder.model())
        for folder in folders:
            store.add_folder(folder)
        return [index_folder(store, embedder, folder, config.scope, report) for folder in folders]


def _is_outdated(known: Model | None, config: Config) -> bool:
    """Whether another model is configured, or the running daemon makes other vectors with this one, as it may after an upgrade."""
    if config.model.casefold() not in ("", known.name.casefold() if known else ""):
        return True
    try:
        daemon = daemon_state(config.places)
    except VectrayClientError:
        return False  # whoever needs the daemon will say what is wrong with it
    models = daemon.models if known and daemon else ()
    return any(
        known and model.name == known.name and model.fingerprint not in ("", known.fingerprint)
        for model in models
    )


def summary(reader: Reader, folders: Sequence[str], done: Sequence[FolderProgress]) -> dict[str, object]:
    """What the index now holds of the folders, and what it took to get there. Folders within others count once."""
    outermost = [
        folder
        for folder in folders
        if not any(folder != other and lies_in(folder, other) for other in folders)
    ]
    counts = [reader.counts(Filter(folder=folder)) for folder in outermost]
    chunks = sum(count.chunks for count in counts)
    embedded = sum(progress.embedded for progress in done)
    refusals: dict[str, Refusal] = {}
    for folder in outermost:
        refusals |= reader.refusals(folder)
    return {
        "files": sum(count.files for count in counts),
        "chunks": chunks,
        "embedded": embedded,
        "reused": max(0, chunks - embedded),
        "removed": sum(progress.removed for progress in done),
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
