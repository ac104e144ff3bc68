"""What a person may show to strangers who help: facts, without a path, a name of a file, a query, or who and where they are. Pure.

Nothing is taken over that a person or another program has worded: of a sentence only its kind is told.
"""

from collections.abc import Iterator, Mapping

from vectray_client.diagnosis.evidence import Evidence
from vectray_client.diagnosis.findings import findings
from vectray_client.sdk.index_states import AgentState, FolderState
from vectray_client.sdk.states import DaemonState, ModelState
from vectray_client.speaking.amounts import duration, size
from vectray_client.speaking.language import Language

Facts = Mapping[str, object]
"""As JSON has them."""


def report_text(evidence: Evidence) -> str:
    """Return the report for a person to read and copy, one fact a line."""
    return "\n".join(["Vectray diagnosis", *_lines(report(evidence))]) + "\n"


def report(evidence: Evidence) -> Facts:
    """Return the report for programs."""
    return {
        "vectray": evidence.release,
        "python": evidence.python,
        "system": evidence.system,
        "desktop": _desktop(evidence),
        "agent": _agent(evidence),
        "daemon": _daemon(evidence),
        "index": {
            "size": size(evidence.index_bytes) if evidence.index_bytes else "none",
            "file_system": evidence.index_lies_on or "unknown",
            "disk_free": "unknown" if evidence.disk_free_bytes is None else size(evidence.disk_free_bytes),
        },
        "watch_limits": dict(evidence.watch_limits),
        "kinds_of_errors_in_logs": dict(evidence.kinds_of_errors),
        "findings": [finding.kind for finding in findings(evidence)],
    }


def _desktop(evidence: Evidence) -> Facts:
    desktop = evidence.desktop
    return {
        "name": desktop.name or "unknown",
        "session": desktop.session or "unknown",
        "session_bus": _known(desktop.has_bus),
        "tray": _known(desktop.has_tray),
    }


def _agent(evidence: Evidence) -> Facts | str:
    agent = evidence.agent
    if not isinstance(agent, AgentState):
        return "not running" if agent is None else type(agent).__name__
    return {
        "files": agent.files,
        "passages": agent.chunks,
        "waiting": agent.pending,
        "found_by_words_alone": agent.pending_vectors,
        "problems": agent.problems,
        "paused": agent.is_paused,
        "held_up": bool(agent.paused_reason),
        "slowed": bool(agent.slowed_reason),
        "trouble": agent.trouble or "none",
        "lost_track_of_changes": agent.overflows,
        "folders": [_folder(each, evidence, number) for number, each in enumerate(agent.folders, start=1)],
    }


def _folder(folder: FolderState, evidence: Evidence, number: int) -> str:
    facts = (
        evidence.folders_lie_on.get(folder.path) or "unknown file system",
        f"{folder.files:,} {'file' if folder.files == 1 else 'files'}",
        f"{folder.pending:,} waiting" if folder.pending else "",
        "paused" if folder.is_paused else "",
        "out of reach" if folder.is_lost else "",
        "not watched in full" if folder.watch_reason and not folder.is_lost else "",
    )
    return f"folder {number} ({', '.join(filter(None, facts))})"


def _daemon(evidence: Evidence) -> Facts | str:
    daemon = evidence.daemon
    if not isinstance(daemon, DaemonState):
        installed = "not running" if evidence.is_daemon_installed else "not installed"
        return installed if daemon is None else type(daemon).__name__
    here = [model for model in daemon.models if model.state != "absent"]
    return {
        "version": daemon.version,
        "running_for": duration(daemon.uptime_seconds, Language.EN),
        "memory": size(daemon.rss_bytes),
        "models": [_model(model, number) for number, model in enumerate(here, start=1)],
    }


def _model(model: ModelState, number: int) -> str:
    """A model that a person has put there themselves is named for a folder of theirs; it has no public source."""
    facts = (
        model.kind,
        model.state,
        "default" if model.is_default else "",
        f"{model.dimensions} dimensions" if model.dimensions else "",
        model.device,
        model.precision,
        size(model.rss_bytes) if model.rss_bytes else "",
    )
    return f"{model.name if model.source else f'model {number}'} ({', '.join(filter(None, facts))})"


def _known(answer: bool | None) -> str:  # noqa: FBT001 - three answers, not a switch
    return {True: "yes", False: "no", None: "unknown"}[answer]


def _lines(facts: Facts, indent: str = "") -> Iterator[str]:
    for name, value in facts.items():
        words = name.replace("_", " ")
        if isinstance(value, Mapping) and value:
            yield f"{indent}{words}:"
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list) and value:
            yield f"{indent}{words}:"
            yield from (f"{indent}  {each}" for each in value)
        else:
            yield f"{indent}{words}: {_plain(value)}"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return _known(value)
    return f"{value:,}" if isinstance(value, int) else str(value or "none")
