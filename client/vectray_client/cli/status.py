"""`vectray status`: what runs, what is indexed, what waits."""

import time
from collections.abc import Mapping
from dataclasses import asdict

import click

from vectray_client.cli.amounts import counted, duration, size
from vectray_client.cli.arguments import JSON
from vectray_client.cli.models import state_words
from vectray_client.cli.reaching import daemon_state, running_agent
from vectray_client.cli.terminal import print_json, printable, say, screen
from vectray_client.config import Config, read_config
from vectray_client.freshness import pending_in
from vectray_client.indexer.pausing import kept_pauses
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.states import DaemonState, ModelState
from vectray_client.store.errors import IndexMissing
from vectray_client.store.reading import Reader, open_reader
from vectray_client.store.records import Filter

_NOTHING: Mapping[str, object] = {
    "folders": [],
    "files": 0,
    "chunks": 0,
    "vectors": 0,
    "pending": 0,
    "problems": 0,
}


@click.command("status")
@JSON
def command(*, as_json: bool) -> None:
    """Show what runs, what is indexed and what waits. Starts nothing."""
    config = read_config()
    daemon, is_silent = _daemon(config)
    with running_agent(config.places) as running:
        agent = running.state() if running else None
    try:
        with open_reader(config.index_file) as reader:
            index = _index_as_told(reader, agent) if agent else _index(reader, config)
    except IndexMissing:
        index = _NOTHING
    if as_json:
        print_json({"daemon": _as_json(daemon), "agent": _agent_as_json(agent), **index})
    else:
        if not is_silent:
            _show_daemon(daemon)
        _show_agent(agent)
        _show_index(index)


def _daemon(config: Config) -> tuple[DaemonState | None, bool]:
    """The daemon's state, and whether there is one that does not tell its state."""
    try:
        return daemon_state(config.places), False
    except VectrayClientError as error:
        say(str(error))
        return None, True


def _index_as_told(reader: Reader, agent: AgentState) -> Mapping[str, object]:
    """What the agent knows without looking anything up."""
    return {
        "folders": [
            {
                "path": folder.path,
                "files": folder.files,
                "pending": folder.pending,
                "problem": folder.paused_reason or folder.watch_reason,
                "is_paused": folder.is_paused,
            }
            for folder in agent.folders
        ],
        "files": agent.files,
        "chunks": agent.chunks,
        "vectors": reader.counts().vectors,
        "pending": agent.pending,
        "problems": agent.problems,
    }


def _index(reader: Reader, config: Config) -> Mapping[str, object]:
    waiting = {folder: pending_in(reader, folder, config.scope) for folder in reader.folders()}
    counts = reader.counts()
    pauses = kept_pauses(reader, unix_now=time.time())
    return {
        "folders": [
            {
                "path": path,
                "files": reader.counts(Filter(folders=(path,))).files,
                "pending": pending.pending,
                "newest": pending.newest,
                "problem": pending.problem or pauses.reason(path),
                "is_paused": not pauses.allow(path),
            }
            for path, pending in waiting.items()
        ],
        "files": counts.files,
        "chunks": counts.chunks,
        "vectors": counts.vectors,
        "pending": sum(folder.pending for folder in waiting.values()) + reader.waiting_documents(),
        "problems": counts.problems,
    }


def _agent_as_json(agent: AgentState | None) -> dict[str, object] | None:
    if agent is None:
        return None
    elsewhere = (*_NOTHING, "contract_revision")
    return {name: value for name, value in asdict(agent).items() if name not in elsewhere}


def _as_json(daemon: DaemonState | None) -> dict[str, object] | None:
    if daemon is None:
        return None
    models = [asdict(model) for model in daemon.models]
    return {
        "pid": daemon.pid,
        "rss_bytes": daemon.rss_bytes,
        "uptime_seconds": daemon.uptime_seconds,
        "models": models,
        "queue": [asdict(load) for load in daemon.lanes],
    }


def _show_daemon(daemon: DaemonState | None) -> None:
    console = screen()
    if daemon is None:
        console.print("daemon   not running; it starts by itself when it is needed")
        return
    console.print(
        f"daemon   running for {duration(daemon.uptime_seconds)}, process {daemon.pid},"
        f" {size(daemon.rss_bytes)} with its models"
    )
    here = [model for model in daemon.models if model.state != "absent"]
    for model in here:
        console.print(printable(f"         {_model_words(model)}"), markup=False)
    if more := len(daemon.models) - len(here):
        console.print(f"         {more} more are not on this machine: `vectray models list`")
    for load in daemon.lanes:
        work = duration(load.seconds)
        console.print(f"queue    {load.lane}: {load.items} texts wait, {work} of work", markup=False)


def _model_words(model: ModelState) -> str:
    """What a model does and takes; of one that is not loaded, where it stands."""
    now = (
        model.activity,
        f"{model.tokens_per_second:.0f} tokens/s" if model.tokens_per_second else "",
        size(model.rss_bytes) if model.rss_bytes else "",
        f"unloads in {duration(model.unloads_in_seconds)}" if model.unloads_in_seconds else "",
    )
    default = ", the default" if model.is_default else ""
    return "; ".join(filter(None, (f"{model.name}: {state_words(model)}{default}", *now)))


def _show_agent(agent: AgentState | None) -> None:
    console = screen()
    if agent is None:
        console.print("agent    not running; `vectray agent` watches the folders")
        return
    console.print(f"agent    running, process {agent.pid}: {printable(_agent_words(agent))}", markup=False)


def _agent_words(agent: AgentState) -> str:
    """What it does now, and what keeps it from doing more."""
    now = (
        agent.paused_reason or agent.activity or ("idle" if not agent.pending else "indexing"),
        f"about {duration(agent.seconds_left)} left" if agent.seconds_left else "",
        f"{counted(agent.pending_vectors, 'file')} found by words alone so far"
        if agent.pending_vectors
        else "",
        f"{agent.next_model} is being made ready: {agent.next_model_share:.0%}" if agent.next_model else "",
        agent.slowed_reason,
        "at full speed, as it was asked to go on anyway" if agent.is_hurried else "",
    )
    return "; ".join(words.rstrip(".") for words in now if words)


def _show_index(index: Mapping[str, object]) -> None:
    console = screen()
    console.print("index    {files} files, {chunks} passages, {vectors} vectors".format_map(index))
    console.print("         {pending} files wait to be indexed, {problems} with problems".format_map(index))
    folders = index["folders"]
    for folder in folders if isinstance(folders, list) else ():
        words = folder["problem"] or f"{counted(folder['files'], 'file')}, {folder['pending']} waiting"
        console.print(f"folder   {printable(folder['path'])}: {printable(words)}", markup=False)
