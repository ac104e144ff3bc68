"""`vectray index`: bring the index up to date with some folders."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from vectray.places import make_private
from vectray_client.cli.daemon import embedder
from vectray_client.cli.terminal import margin, print_json, printable, say
from vectray_client.config import Config, read_config
from vectray_client.domain import Refusal, Verdict
from vectray_client.index.records import Filter
from vectray_client.index.store import Store, open_store
from vectray_client.indexer import Progress as FolderProgress
from vectray_client.indexer import Report, index_folder
from vectray_client.watch.rules import DEFAULT_LINES, Rules
from vectray_client.watch.scanner import check_folder

_SHOWN_PROBLEMS = 10


@click.command("index")
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def command(folders: tuple[str, ...], *, as_json: bool) -> None:
    """Add folders to the index and bring it up to date with them."""
    config = read_config()
    paths = list(dict.fromkeys(os.path.realpath(folder) for folder in folders))
    for path in paths:
        check_folder(path)
    began = time.monotonic()
    make_private(config.places.index)
    with open_store(config.index_file) as store, _progress_bar() as report:
        known = store.model()
        with embedder(config, model=config.model or (known.name if known else "")) as model:
            done = []
            for path in paths:
                store.add_folder(path)
                done.append(index_folder(store, model, path, rules_for(path, config), report))
        result = _result(store, paths, done)
    result["seconds"] = round(time.monotonic() - began, 3)
    if as_json:
        print_json(result)
    else:
        _say(result)


def rules_for(folder: str, config: Config) -> Rules:
    """Return what is ignored below a folder: the defaults, the person's own rules, and Vectray's own files."""
    own = []
    for place in (config.places.data, config.places.runtime):
        relative = os.path.relpath(os.path.realpath(place), folder)
        if not relative.startswith(os.pardir):
            own.append(f"/{relative}/")
    return Rules([*DEFAULT_LINES, *config.ignore, *own])


@contextmanager
def _progress_bar() -> Iterator[Report]:
    """Show how far it is, with count, rate and time left, where somebody can see it."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files · {task.fields[embedded]} passages embedded, {task.fields[rate]:.0f}/s ·"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=margin(), transient=True) as bar:
        tasks = {"": bar.add_task("looking", total=None, embedded=0, rate=0.0)}
        began = time.monotonic()

        def report(progress: FolderProgress) -> None:
            if progress.folder not in tasks:
                bar.update(tasks[""], visible=False)
                name = printable(Path(progress.folder).name or progress.folder)
                tasks[progress.folder] = bar.add_task(name, total=progress.files_total, embedded=0, rate=0.0)
            rate = progress.embedded / (time.monotonic() - began)
            task = tasks[progress.folder]
            bar.update(task, completed=progress.files_done, embedded=progress.embedded, rate=rate)

        yield report


def _result(store: Store, folders: Sequence[str], done: Sequence[FolderProgress]) -> dict[str, object]:
    """What the index now holds of the folders, and what it took."""
    counts = [store.counts(Filter(folder=folder)) for folder in folders]
    chunks = sum(count.chunks for count in counts)
    embedded = sum(progress.embedded for progress in done)
    refusals: dict[str, Refusal] = {}
    for folder in folders:
        refusals |= store.refusals(folder)
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
