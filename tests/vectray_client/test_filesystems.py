import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.vectray_client.namespaces import output_of

from vectray_client.filesystems import FileSystem, kind_of, name_in

LINES = [
    "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
    "30 27 0:26 / /home rw - btrfs /dev/sda rw",
    r"31 30 0:27 / /home/a\040b rw shared:1 master:2 - nfs4 host:/export rw",
    r"33 30 0:29 / /home/back\134slash rw - cifs //host/share rw",
    "34 30 0:30 / /home/usb rw - ext4 /dev/sdb rw",
    "35 34 0:31 / /home/usb rw - vfat /dev/sdb rw",
]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "ext4"),
        ("/homes", "ext4"),
        ("/home", "btrfs"),
        ("/home/a", "btrfs"),
        ("/home/a b", "nfs4"),
        ("/home/a b/c", "nfs4"),
        ("/home/a bc", "btrfs"),
        ("/home/back\\slash/x", "cifs"),
        ("/home/usb/x", "vfat"),
    ],
)
def test_the_innermost_mount_counts_and_of_equals_the_last(path: str, expected: str) -> None:
    """Names may hold what has to be written as an octal number, and those that only begin alike are others."""
    assert name_in(LINES, path) == expected


def test_names_beyond_ascii_are_read() -> None:
    """The kernel writes them as they are."""
    assert name_in([*LINES, "31 30 0:27 / /home/文 rw - 9p share rw"], "/home/文/x") == "9p"


@given(st.text(st.sampled_from("ab \t\n\\/"), max_size=8).map(lambda rest: os.path.normpath("/m/" + rest)))
def test_every_mount_point_is_found_again(point: str) -> None:
    """Whatever the name, written as the kernel writes it."""
    escaped = "".join(f"\\{ord(letter):03o}" if letter in " \t\n\\" else letter for letter in point)
    assert name_in([LINES[0], f"31 30 0:27 / {escaped} rw - nfs share rw"], f"{point}/x") == "nfs"


@pytest.mark.parametrize(
    ("name", "is_remote", "hides_changes"),
    [
        ("ext4", False, False),
        ("tmpfs", False, False),
        ("fuseblk", False, False),
        ("nfs4", True, True),
        ("cifs", True, True),
        ("9p", True, True),
        ("vboxsf", True, True),
        ("drvfs", True, True),
        ("fuse.sshfs", True, True),
        ("fuse.rclone", True, True),
        ("fuse", True, True),
        ("fuse.gocryptfs", False, True),
        ("fuse.bindfs", False, True),
    ],
)
def test_network_drives_and_fuse_are_told_from_disks(
    name: str, *, is_remote: bool, hides_changes: bool
) -> None:
    """A disk tells of every change; a network drive does not, and may damage a database; encryption on top of a disk only
    fails to tell.
    """
    found = FileSystem(name=name, fsid=1)
    assert (found.is_remote, found.hides_changes) == (is_remote, hides_changes)


def test_where_this_test_runs_is_a_local_disk(tmp_path: Path) -> None:
    """Two paths on it are on the same one, a path that is not there is on none."""
    found = kind_of(str(tmp_path))
    assert found.name
    assert not found.is_remote
    assert found == kind_of(str(tmp_path.parent))
    with pytest.raises(OSError, match="No such file"):
        kind_of(str(tmp_path / "missing"))


MOUNTED = """
import sys
from vectray_client.filesystems import kind_of
print(kind_of(sys.argv[1]).name, kind_of(sys.argv[1]).fsid != kind_of(sys.argv[2]).fsid)
"""


def test_a_real_mount_is_recognised(tmp_path: Path) -> None:
    """A drive mounted at a name with a space in it is another file system than what lies around it."""
    point = tmp_path / "a drive"
    point.mkdir()
    printed = output_of(MOUNTED, str(point), str(tmp_path), before='mount -t tmpfs none "$1"')
    assert printed == ["tmpfs True"]
