"""Where the programs of one user meet on this machine: the folders that hold everything, and the daemon's socket.

Both the daemon and its clients derive these places from the same few facts, so neither has to be told about the other.
"""

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

_LONGEST_SOCKET_PATH_BYTES = 100
"""`sockaddr_un.sun_path` holds 108 bytes on Linux and 104 on macOS, the closing NUL included (unix(7), unix(4))."""
_PLAIN = re.compile(r"(?:[\w /._:@=~+-]|%(?![0-9A-Fa-f]{2}))*")
"""Socket paths that reach gRPC as they are. It reads an address as a URI: `#` and `?` end the path, `,` parts two addresses,
`%41` becomes a letter, and bytes that are no text cannot be said at all. Other characters may work; nobody need rely on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The folders of one user's Vectray. None of them needs to exist."""

    config: Path
    data: Path
    runtime: Path
    """Holds the sockets and locks of running programs; readable by the user alone."""

    @property
    def config_file(self) -> Path:
        """Optional settings of daemon and client, in TOML."""
        return self.config / "config.toml"

    @property
    def preferences(self) -> Path:
        """What a person chose in a menu or on the page, in JSON: programs write it."""
        return self.config / "preferences.json"

    @property
    def models(self) -> Path:
        """Imported and user-supplied model folders, one per model, named for it."""
        return self.data / "models"

    @property
    def model_findings(self) -> Path:
        """What was found out about models on this machine; may be deleted at any time."""
        return self.data / "model-findings"

    @property
    def provider_spending(self) -> Path:
        """How many tokens were sent today to those who run models for others."""
        return self.data / "provider-spending"

    @property
    def index(self) -> Path:
        """The folder of the document index."""
        return self.data / "index"

    @property
    def index_file(self) -> Path:
        """The index database."""
        return self.index / "index.sqlite"

    @property
    def daemon_socket(self) -> Path:
        """The daemon's Unix socket."""
        return self.runtime / "vectrayd.sock"

    @property
    def daemon_lock(self) -> Path:
        """Locked by the running daemon."""
        return self.runtime / "vectrayd.lock"

    @property
    def daemon_pid(self) -> Path:
        """The running daemon's process id, as decimal text."""
        return self.runtime / "vectrayd.pid"

    @property
    def agent_socket(self) -> Path:
        """The agent's Unix socket."""
        return self.runtime / "agent.sock"

    @property
    def agent_lock(self) -> Path:
        """Locked by the running agent."""
        return self.runtime / "agent.lock"

    @property
    def agent_pid(self) -> Path:
        """The running agent's process id, as decimal text."""
        return self.runtime / "agent.pid"

    @property
    def agent_log(self) -> Path:
        """What an agent that a client started says on stderr."""
        return self.runtime / "agent.log"

    @property
    def daemon_token(self) -> Path:
        """What opens the daemon's TCP doors; readable by the user alone."""
        return self.config / "vectrayd.token"

    @property
    def daemon_address(self) -> Path:
        """Where the running daemon takes gRPC calls over TCP, as HOST:PORT; not there if it does not."""
        return self.runtime / "vectrayd.address"

    @property
    def daemon_http_address(self) -> Path:
        """Where it takes HTTP requests, likewise."""
        return self.runtime / "vectrayd-http.address"

    @property
    def daemon_log(self) -> Path:
        """What a daemon that a client started says on stderr."""
        return self.runtime / "vectrayd.log"


def find_places(environment: Mapping[str, str] = os.environ) -> Places:
    """Return the places of the current user: all below `VECTRAY_HOME` where that is set, else the system's usual ones."""
    home = environment.get("VECTRAY_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        places = Places(config=root / "config", data=root / "data", runtime=root / "run")
    else:
        data = platformdirs.user_data_path("vectray", appauthor=False)
        session = environment.get("XDG_RUNTIME_DIR")
        places = Places(
            config=platformdirs.user_config_path("vectray", appauthor=False),
            data=data,
            runtime=Path(session) / "vectray" if session else data / "run",
        )
    if _can_hold_sockets(places.runtime):
        return places
    return Places(config=places.config, data=places.data, runtime=_plain_runtime(places.runtime, environment))


def _can_hold_sockets(runtime: Path) -> bool:
    # The daemon's socket has the longest name of those that lie there.
    path = os.fspath(runtime / "vectrayd.sock")
    return len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH_BYTES and _PLAIN.fullmatch(path) is not None


def _plain_runtime(runtime: Path, environment: Mapping[str, str]) -> Path:
    """A short folder of plain name that stands for `runtime`, whose sockets could not be reached."""
    digest = hashlib.sha256(os.fsencode(runtime)).hexdigest()[:12]
    user = os.getuid() if hasattr(os, "getuid") else "user"
    parents = (environment.get("XDG_RUNTIME_DIR"), tempfile.gettempdir())
    folders = [Path(parent) / f"vectray-{user}-{digest}" for parent in parents if parent]
    last_resort = Path("/tmp") / f"vectray-{user}-{digest}"  # noqa: S108 - made with mode 0700, its owner checked
    return next(filter(_can_hold_sockets, folders), last_resort)


def make_private(folder: Path) -> Path:
    """Create `folder` for this user alone, or check that it is.

    Raises:
        PermissionError: it belongs to somebody else, is a symbolic link, or others may enter it and it cannot be closed.

    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name != "posix":
        return folder  # Windows: the profile folder's access list already keeps others out
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise PermissionError(f"{folder} is not a folder of this user")
    if stat.S_IMODE(found.st_mode) & 0o077:
        folder.chmod(0o700)
    return folder
