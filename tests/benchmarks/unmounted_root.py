"""A folder's drive is unmounted and mounted again, many times: nothing may be deleted, and nothing embedded again.

    unshare -m python -m tests.benchmarks.unmounted_root [--times 100] [--files 200]

Needs root, or a user namespace that may mount. The drive is a tmpfs in a mount namespace of its own that nobody else sees.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

from tests.benchmarks.agents import counting_agent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--files", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        drive, root = Path(folder) / "drive", Path(folder) / "stick"
        for place in (drive, root):
            place.mkdir()
        _run("mount", "-t", "tmpfs", "tmpfs", str(drive))
        for number in range(asked.files):
            (drive / f"{number:04}.md").write_text(f"note {number} of the stick", "utf-8")
        _run("mount", "--bind", str(drive), str(root))
        try:
            with counting_agent(Path(folder) / "home") as agent:
                agent.add(root)
                agent.wait_files(asked.files)
                before = agent.state()
                shown = []
                for _ in range(asked.times):
                    _run("umount", "--lazy", str(root))
                    shown.append(agent.wait(lambda: bool(agent.state().folders[0].paused_reason), seconds=60))
                    _run("mount", "--bind", str(drive), str(root))
                    agent.wait(lambda: not agent.state().folders[0].paused_reason, seconds=60)
                agent.wait_files(asked.files)
                after = agent.state()
            print(
                f"{asked.times} times: {after.removed - before.removed} deletions, {after.embedded - before.embedded} embedded,"
                f" {after.files} of {asked.files} files; shown after {max(shown):.1f} s at most"
            )
        finally:
            _run("umount", "--lazy", str(root))
            _run("umount", "--lazy", str(drive))


def _run(*words: str) -> None:
    subprocess.run(words, check=True)


if __name__ == "__main__":
    main()
