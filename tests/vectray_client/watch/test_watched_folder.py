import pytest

from vectray_client.filesystems import FileSystem
from vectray_client.watch.watched_folder import reason_not_to_listen


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ext4", ""),
        ("fuseblk", ""),
        ("nfs4", "network drive (nfs4)"),
        ("fuse.gocryptfs", "(fuse.gocryptfs) does not tell"),
    ],
)
def test_what_tells_of_no_changes_is_looked_through(name: str, said: str) -> None:
    """A disk is listened to; of a network drive, and of what shows files in another way, a person hears why not."""
    reason = reason_not_to_listen(FileSystem(name=name, fsid=1))
    assert said in reason
    assert bool(reason) == bool(said)
    assert not reason or reason.endswith("every minute.")
