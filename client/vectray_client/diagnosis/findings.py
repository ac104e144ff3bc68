"""What is wrong, each with what to do about it. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vectray_client.diagnosis.evidence import Evidence
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState, Trouble
from vectray_client.sdk.states import DaemonState

_LEAST_DISK_BYTES = 500_000_000
"""Where the agent stops, too."""
_WITHOUT_WEIGHTS = ("absent", "failed")
"""States of a model that nothing can be embedded with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is wrong."""

    kind: str
    """Names what it is, for programs, and for reports that must not quote a sentence."""
    sentence: str
    remedy: str
    """What to do, in one sentence."""


def findings(evidence: Evidence) -> Sequence[Finding]:
    """Return what is wrong, what stops the most first."""
    return [
        *_of_the_installation(evidence),
        *_of_the_daemon(evidence),
        *_of_the_agent(evidence),
        *_of_the_desktop(evidence),
    ]


def _of_the_installation(evidence: Evidence) -> Iterator[Finding]:
    if evidence.config_fault:
        yield Finding(
            kind="config", sentence=str(evidence.config_fault), remedy="Mend config.toml, or move it away."
        )
    if evidence.index_fault:
        yield Finding(
            kind=f"index-{type(evidence.index_fault).__name__}",
            sentence=str(evidence.index_fault),
            remedy="Start `vectray agent`: it brings an index to this release and mends a damaged one.",
        )
    if evidence.is_index_remote:
        yield Finding(
            kind="index-on-network",
            sentence=f"The index lies on a network drive ({evidence.index_lies_on}), where it may be damaged.",
            remedy="Set VECTRAY_HOME to a folder on a disk of this computer.",
        )
    if not evidence.is_runtime_private:
        yield Finding(
            kind="runtime-not-private",
            sentence="The folder of the programs' sockets is not yours alone, or others may enter it.",
            remedy="Take their rights away (`chmod 700`), or move the folder away; it is made anew.",
        )
    if evidence.disk_free_bytes is not None and evidence.disk_free_bytes < _LEAST_DISK_BYTES:
        yield Finding(
            kind="disk",
            sentence="The disk that holds the index is almost full, so nothing is indexed.",
            remedy="Make room: half a gigabyte must be free.",
        )
    if evidence.preferences_fault:
        yield Finding(
            kind="preferences",
            sentence=evidence.preferences_fault,
            remedy="Set something with `vectray settings`: the file is then written anew, the old one set aside.",
        )


def _of_the_daemon(evidence: Evidence) -> Iterator[Finding]:
    daemon = evidence.daemon
    if isinstance(daemon, VectrayClientError):
        yield Finding(
            kind=f"daemon-{type(daemon).__name__}",
            sentence=str(daemon),
            remedy="Run `vectray stop`; the daemon starts again when it is needed.",
        )
    elif daemon is None and not evidence.is_daemon_installed:
        yield Finding(
            kind="daemon-not-installed",
            sentence="The daemon that embeds texts is not installed, so only words are searched.",
            remedy="pip install 'vectray[daemon]'",
        )
    elif isinstance(daemon, DaemonState):
        yield from _of_models(daemon)


def _of_models(daemon: DaemonState) -> Iterator[Finding]:
    embedding = [model for model in daemon.models if model.kind == "embedding"]
    if all(model.state in _WITHOUT_WEIGHTS for model in embedding):
        yield Finding(
            kind="no-model",
            sentence="There is no model to embed with, so only words are searched.",
            remedy="`vectray models list` shows what there is, `vectray models pull NAME` fetches one.",
        )
    for model in embedding:
        if model.is_default and model.state == "failed":
            yield Finding(
                kind="model-failed",
                sentence=f"The model {model.name} does not load: {model.reason}",
                remedy=f"`vectray models pull {model.name}` fetches it anew; `vectray models use NAME` takes another.",
            )


def _of_the_agent(evidence: Evidence) -> Iterator[Finding]:
    agent = evidence.agent
    if isinstance(agent, VectrayClientError):
        yield Finding(
            kind=f"agent-{type(agent).__name__}",
            sentence=str(agent),
            remedy="Run `vectray stop`, then `vectray agent`.",
        )
    if not isinstance(agent, AgentState):
        return
    why = agent.paused_reason or agent.slowed_reason
    if agent.trouble is Trouble.READERS:
        yield Finding(
            kind="readers",
            sentence=f"Files cannot be read: {why}",
            remedy="Free memory and processes, then `vectray rescan`.",
        )
    if agent.trouble is Trouble.MODEL:
        yield Finding(
            kind="model", sentence=f"Nothing is embedded: {why}", remedy="`vectray models list` tells more."
        )
    for folder in agent.folders:
        if folder.is_lost:
            yield Finding(
                kind="folder-lost",
                sentence=folder.paused_reason or f"The folder {folder.path} is out of reach.",
                remedy="Connect its drive, or `vectray folders remove` it.",
            )
    limit = next((folder.watch_reason for folder in agent.folders if "fs.inotify" in folder.watch_reason), "")
    if limit:
        yield Finding(
            kind="watch-limit",
            sentence="The system allows too few watches, so changes are noticed within a minute, not at once.",
            remedy=limit.partition("; ")[2],
        )


def _of_the_desktop(evidence: Evidence) -> Iterator[Finding]:
    if evidence.desktop.has_bus and evidence.desktop.has_tray is False:
        yield Finding(
            kind="no-tray",
            sentence="This desktop shows no tray icons.",
            remedy=(
                "On GNOME, install and enable the extension AppIndicator and KStatusNotifierItem Support;"
                " elsewhere, add a tray to the panel. `vectray web` opens the page without one."
            ),
        )
