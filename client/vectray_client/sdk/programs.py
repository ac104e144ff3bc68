"""The two programs of one user that others find, and start where they do not run: the daemon and the agent."""

from dataclasses import dataclass
from pathlib import Path

from vectray.places import Places
from vectray_client.sdk.errors import AgentUnavailable, DaemonUnavailable, VectrayClientError


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """A program that runs once for each user, and where it is found."""

    name: str
    """As people know it."""
    socket: Path
    address: Path
    """Where there are no Unix sockets: the file that says where it listens, as HOST:PORT."""
    pid: Path
    """Its process id, as decimal text."""
    lock: Path
    """Which it holds for as long as it lives."""
    log: Path
    """What it says on stderr where a client started it."""
    module: str
    """What `python -m` runs."""
    arguments: tuple[str, ...] = ()
    script: str
    """The console script, for where the module is not installed beside the client."""
    extra: str
    """What of this distribution brings it."""
    unavailable: type[VectrayClientError]
    """What is raised where it cannot be started."""


def the_daemon(places: Places) -> Program:
    """Return what owns the models."""
    return Program(
        name="vectrayd",
        socket=places.daemon_socket,
        address=places.daemon_address,
        pid=places.daemon_pid,
        lock=places.daemon_lock,
        log=places.daemon_log,
        module="vectrayd",
        script="vectrayd",
        extra="daemon",
        unavailable=DaemonUnavailable,
    )


def the_agent(places: Places) -> Program:
    """Return what keeps the index."""
    return Program(
        name="the agent",
        socket=places.agent_socket,
        address=places.agent_socket.with_suffix(".address"),
        pid=places.agent_pid,
        lock=places.agent_lock,
        log=places.agent_log,
        module="vectray_client",
        arguments=("agent",),
        script="vectray",
        extra="desktop",
        unavailable=AgentUnavailable,
    )
