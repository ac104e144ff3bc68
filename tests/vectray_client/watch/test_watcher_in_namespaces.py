from pathlib import Path

from tests.vectray_client.namespaces import output_of

LIMITED = """
import sys, time
from pathlib import Path
from vectray_client.watch.aggregator import Limits
from vectray_client.watch.backoff import Backoff
from vectray_client.watch.rules import Rules
from vectray_client.watch.watched_folder import Timing
from vectray_client.watch.watcher import Watcher
root = Path(sys.argv[1])
for number in range(30):
    (root / str(number)).mkdir()
limit = Path("/proc/sys/user/max_inotify_watches")
limit.write_text("10")
limits = Limits(quiet_seconds=0.01, trees=Backoff(first_seconds=0.02, longest_seconds=0.1))
timing = Timing(
    check_seconds=0.01, poll_seconds=0.05, first_retry_seconds=0.01, last_retry_seconds=0.1, limits=limits
)
watcher = Watcher(lambda: None, rules=Rules(), timing=timing)
watcher.watch(str(root))
looks = []
while len(looks) < 3:
    looks += watcher.due(time.monotonic()).get(str(root), ())
    time.sleep(0.005)
print(all(look.path == str(root) for look in looks))
print(watcher.health(str(root)).reason)
limit.write_text("1000")
while not watcher.health(str(root)).is_live:
    watcher.due(time.monotonic())
    time.sleep(0.005)
limit.write_text("40")
for number in range(30, 60):
    (root / str(number)).mkdir()
while watcher.health(str(root)).is_live:
    watcher.due(time.monotonic())
    time.sleep(0.005)
watcher.close()
"""


def test_a_folder_with_too_many_directories_is_looked_through(tmp_path: Path) -> None:
    """Its changes are looked for every so often, the sentence names the setting, and raising it is enough; a folder that outgrows it says so too."""
    looks, reason = output_of(LIMITED, str(tmp_path))
    assert looks == "True"
    assert "`sudo sysctl -w fs.inotify.max_user_watches=" in reason


UNMOUNTED = """
import subprocess, sys, time
from pathlib import Path
from vectray_client.watch.aggregator import Limits
from vectray_client.watch.backoff import Backoff
from vectray_client.watch.rules import Rules
from vectray_client.watch.watched_folder import Timing
from vectray_client.watch.watcher import Watcher
drive = sys.argv[1]
limits = Limits(quiet_seconds=0.01, trees=Backoff(first_seconds=0.02, longest_seconds=0.1))
watcher = Watcher(lambda: None, rules=Rules(), timing=Timing(check_seconds=0.01, limits=limits))

def wait_for(is_heard, also=lambda: None):
    end = time.monotonic() + 10
    while not any(map(is_heard, watcher.due(time.monotonic()).get(drive, ()))):
        assert time.monotonic() < end
        also()
        time.sleep(0.005)
    print("heard")

numbers = iter(range(10000))
watcher.watch(drive)
wait_for(lambda place: place.is_tree)
for command in (["umount", drive], ["mount", "-t", "tmpfs", "none", drive]):
    subprocess.run(command, check=True)
    wait_for(lambda place: place.path == drive)
    wait_for(lambda place: not place.is_tree, also=lambda: Path(drive, f"{next(numbers)}.md").touch())
watcher.close()
"""


def test_an_unmounted_drive_is_noticed_and_its_return_too(tmp_path: Path) -> None:
    """All of the folder is handed out each time, and what stands there from then on is what is listened to."""
    (tmp_path / "drive").mkdir()
    heard = output_of(UNMOUNTED, str(tmp_path / "drive"), before='mount -t tmpfs none "$1"')
    assert heard == ["heard"] * 5
