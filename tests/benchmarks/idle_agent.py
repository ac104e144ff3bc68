"""What the agent costs while nothing happens, with many files watched that it knows.

    python -m tests.benchmarks.idle_agent [--files 100000] [--seconds 600]

Memory of the agent's process when it has started and looked at all files, its largest until then, and processor time from then on. Of a look
at all files, which comes once an hour, the share is added by what the first one took.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests import light_daemon
from tests.benchmarks.agents import Agent
from tests.benchmarks.reconcile import make, remember

_AN_HOUR = 3600.0
_SETTLED_SECONDS = 10.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=600.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home, tree = Path(folder) / "home", Path(folder) / "tree"
        agent = Agent(home)
        make(tree, asked.files)
        remember(tree, agent.places.index / "index.sqlite")
        with light_daemon.running(home, unit=1):
            print(f"it answers after {agent.start():.1f} s", end=", ")
            print(f"is right after {agent.wait_files(asked.files):.1f} s more", flush=True)
            time.sleep(_SETTLED_SECONDS)
            started = agent.cpu_seconds()
            print(f"started: {started:.2f} processor seconds, {_memory(agent)}", flush=True)
            began = time.perf_counter()
            time.sleep(asked.seconds)
            used, seconds = agent.cpu_seconds() - started, time.perf_counter() - began
            share = used / seconds + started / _AN_HOUR
            print(f"{asked.files} files watched for {seconds:.0f} s: {share:.2%} of a core, {_memory(agent)}")
            agent.kill()


def _memory(agent: Agent) -> str:
    lines = Path(f"/proc/{agent.pid}/status").read_text("ascii").splitlines()
    kibibytes = {
        line.split()[0]: int(line.split()[1]) for line in lines if line.startswith(("VmRSS", "VmHWM"))
    }
    now, most = (kibibytes[name] * 1024 / 1e6 for name in ("VmRSS:", "VmHWM:"))
    return f"{now:.0f} MB, {most:.0f} MB at most"


if __name__ == "__main__":
    main()
