"""What kind of file system a path lies on: whether other machines change it, and whether it tells of changes at all."""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from vectray_client.nesting import lies_in

_NETWORK: Final = frozenset(
    """
    nfs nfs4 cifs smb3 smbfs afpfs afs ceph lustre beegfs glusterfs orangefs pvfs2 gpfs ncpfs coda webdav davfs
    9p virtiofs vboxsf vmhgfs prl_fs drvfs fakeowner
    """.split()  # noqa: SIM905 - two dozen quoted words would be harder to read
)
"""Shares of other machines, and of the host of a virtual one."""

_LOCAL_FUSE: Final = frozenset(
    """
    bindfs cryfs encfs exfat gocryptfs lxcfs mergerfs ntfs ntfs-3g portal securefs squashfuse unionfs
    """.split()  # noqa: SIM905 - as above
)
"""Programs that show files of this machine in another way. Whatever else runs on FUSE is taken for a network drive."""

_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystem:
    """What a path lies on."""

    name: str
    """As the system names it: `ext4`, `nfs4`, `fuse.sshfs`; empty where that cannot be told."""
    fsid: int
    """Tells this file system from others, also after it was mounted anew; 0 where that cannot be told."""

    @property
    def is_remote(self) -> bool:
        """Whether the files are another machine's, or may be. Its locks may not hold, so that a database on it breaks."""
        if self._is_fuse:
            return self.name.removeprefix("fuse.") not in _LOCAL_FUSE
        return self.name in _NETWORK

    @property
    def hides_changes(self) -> bool:
        """Whether files may change without anybody here being told.

        So it is with other machines' files, and behind FUSE. `fuseblk` is a disk of this machine (NTFS, exFAT), which
        nothing but the mounted file system writes to: it tells of every change.
        """
        return self.is_remote or self._is_fuse

    @property
    def _is_fuse(self) -> bool:
        return self.name == "fuse" or self.name.startswith("fuse.")


def kind_of(path: str) -> FileSystem:
    """The file system of a path, which should have no links in it; OSError if the path cannot be looked at.

    On macOS and Windows it is looked up by psutil: written, not measured.
    """
    name = _linux_name(path) if sys.platform == "linux" else _name_by_psutil(path)
    return FileSystem(name=name, fsid=_fsid(path))


def mounts_below(folder: str) -> frozenset[str]:
    """Where other file systems are mounted below a folder now; Linux alone tells. With links in its path, none is found."""
    inside = os.path.join(folder, "")  # noqa: PTH118 - paths are strings here
    return frozenset(point for point, _ in map(_mount, _mountinfo()) if point.startswith(inside))


def name_in(mountinfo: Iterable[str], path: str) -> str:
    """The type of the file system that an absolute path lies on, by the lines of `/proc/PID/mountinfo`; empty if none does.

    The format is that of proc_pid_mountinfo(5): the mount point stands fifth, the type behind a lone `-`, and a space in
    a name is written as a backslash and `040`. Of mounts on the same place the last one covers the others.
    """
    best, name = -1, ""
    for line in mountinfo:
        point, kind = _mount(line)
        if len(point) >= best and lies_in(path, point):
            best, name = len(point), kind
    return name


def _mount(line: str) -> tuple[str, str]:
    """The mount point and the type of the file system."""
    before, _, after = line.partition(" - ")
    return _ESCAPED.sub(_unescaped, before.split(" ")[4]), after.split(" ")[0]


def _unescaped(match: re.Match[str]) -> str:
    return chr(int(match[1], 8))


def _linux_name(path: str) -> str:
    return name_in(_mountinfo(), path)


def _mountinfo() -> Sequence[str]:
    """Empty where the system has none."""
    try:
        return Path("/proc/self/mountinfo").read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return ()


def _name_by_psutil(path: str) -> str:
    import psutil  # noqa: PLC0415 - not needed on Linux

    best, name = -1, ""
    for partition in psutil.disk_partitions(all=True):
        point = partition.mountpoint
        if len(point) >= best and path.casefold().startswith(point.casefold()):
            is_share = "remote" in partition.opts.split(",")  # what Windows says of a network drive
            best, name = len(point), "smbfs" if is_share else partition.fstype.lower()
    return "smbfs" if path.startswith("\\\\") else name


def _fsid(path: str) -> int:
    if hasattr(os, "statvfs"):
        return os.statvfs(path).f_fsid
    return os.stat(path).st_dev  # noqa: PTH116 - paths are strings here
