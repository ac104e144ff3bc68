"""Looks at an installation from outside: its files, its machine. Its programs' own words come in from who asked them."""

import builtins
import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import stat
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from vectray.places import Places
from vectray_client.diagnosis.evidence import Desktop, Evidence
from vectray_client.domain import Fault
from vectray_client.filesystems import FileSystem, kind_of
from vectray_client.preferences.kept import read_preferences
from vectray_client.sdk.errors import VectrayClientError
from vectray_client.sdk.index_states import AgentState
from vectray_client.sdk.states import DaemonState
from vectray_client.store.errors import IndexMissing
from vectray_client.store.reading import open_reader

_LOG_BYTES = 65_536
"""Of the end of each log."""
_KIND = re.compile(r"^(?:\w+\.)*([A-Z]\w+)(?::|$)", re.MULTILINE)
"""How Python ends a trace."""
_KNOWN_KINDS = {name for name, kind in vars(builtins).items() if isinstance(kind, type)} | {
    "OperationalError",
    "DatabaseError",
    "AioRpcError",
}
"""Any other word in a log may be somebody's own."""
_WATCH_LIMITS = ("max_user_watches", "max_user_instances", "max_queued_events")


def look(
    places: Places,
    *,
    agent: AgentState | VectrayClientError | None,
    daemon: DaemonState | VectrayClientError | None,
    desktop: Desktop | None = None,
    config_fault: Fault | None = None,
) -> Evidence:
    """Look at files and machine; takes milliseconds, so that an async program does it in a thread."""
    index = places.index_file
    lies_on = _file_system(os.fspath(_standing(places.index)))
    folders = [folder.path for folder in agent.folders] if isinstance(agent, AgentState) else []
    return Evidence(
        agent=agent,
        daemon=daemon,
        desktop=desktop or Desktop(),
        release=importlib.metadata.version("vectray"),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=f"{platform.system()} {_numbers(platform.release())} {platform.machine()}",
        is_daemon_installed=_is_daemon_installed(),
        is_runtime_private=is_private(places.runtime),
        config_fault=config_fault,
        preferences_fault=read_preferences(places.preferences).fault,
        index_fault=_index_fault(index),
        index_bytes=_bytes_of(index),
        index_lies_on=lies_on.name if lies_on else "",
        is_index_remote=bool(lies_on and lies_on.is_remote),
        disk_free_bytes=_free_bytes(_standing(places.index)),
        folders_lie_on={path: found.name if (found := _file_system(path)) else "" for path in folders},
        watch_limits=_watch_limits(),
        kinds_of_errors=_kinds_of_errors(
            places.agent_log, places.daemon_log, places.data / "vectray-crash.log"
        ),
    )


def desktop_in(environment: Mapping[str, str]) -> Desktop:
    """Return what the environment says of the desktop."""
    return Desktop(
        name=_word(environment.get("XDG_CURRENT_DESKTOP", "")),
        session=_word(environment.get("XDG_SESSION_TYPE", "")),
    )


def is_private(folder: Path) -> bool:
    """Whether nobody else can enter a folder; one that is not there is nobody's."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    if os.name != "posix":
        return True
    is_own = stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
    return is_own and not stat.S_IMODE(found.st_mode) & 0o077


def _numbers(release: str) -> str:
    """The numbers that a release begins with: who builds a kernel may put a name behind them."""
    found = re.match(r"[\d.]+", release)
    return found[0] if found else ""


def _word(text: str) -> str:
    return re.sub(r"[^\w:+ -]", "", text)[:40]


def _is_daemon_installed() -> bool:
    if importlib.util.find_spec("vectrayd") and importlib.util.find_spec("torch"):
        return True
    return shutil.which("vectrayd") is not None


def _index_fault(index: Path) -> Fault | None:
    try:
        with open_reader(index) as reader:
            reader.counts()
    except IndexMissing:
        return None
    except Fault as fault:
        return fault
    return None


def _standing(folder: Path) -> Path:
    """A folder, or the nearest one above it that is there."""
    return next((each for each in (folder, *folder.parents) if each.exists()), folder)


def _file_system(path: str) -> FileSystem | None:
    try:
        return kind_of(path)
    except OSError:
        return None


def _bytes_of(index: Path) -> int:
    try:
        return index.stat().st_size
    except OSError:
        return 0


def _free_bytes(folder: Path) -> int | None:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def _watch_limits() -> Mapping[str, int]:
    limits = {}
    for name in _WATCH_LIMITS:
        with suppress(OSError, ValueError):
            limits[name] = int(Path("/proc/sys/fs/inotify", name).read_text("ascii"))
    return limits


def _kinds_of_errors(*logs: Path) -> Mapping[str, int]:
    kinds: Counter[str] = Counter()
    for log in logs:
        with suppress(OSError), log.open("rb") as stream:
            stream.seek(max(0, log.stat().st_size - _LOG_BYTES))
            kinds.update(
                kind
                for kind in _KIND.findall(stream.read().decode("utf-8", "replace"))
                if kind in _KNOWN_KINDS
            )
    return dict(kinds.most_common())
