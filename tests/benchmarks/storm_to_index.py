"""Is every file in the index, however fast they were made?

    python -m tests.benchmarks.storm_to_index [--files 100000] [--directories 1] [--writers 2] [--under /dev/shm]

The real agent watches a folder, with a model that counts. Other processes make files there as fast as the system can, each with a text of its
own, so fast that the system loses track of them. Prints how often it did, how long after the end of the storm every file had been
noticed, could be found by words, and by meaning; what was missed; and what was embedded more than once.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.agents import Agent, counting_agent

STORM = """
import os, sys, time
folder, files, directories = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
began = time.perf_counter()
for number in range(files):
    name = f"{folder}/{number % directories}/{os.getpid()}-{number}.md"
    handle = os.open(name, os.O_CREAT | os.O_WRONLY)
    os.write(handle, f"note{os.getpid()}x{number} of the storm".encode())
    os.close(handle)
print(round(files / (time.perf_counter() - began)), time.time())
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--directories", type=int, default=1)
    parser.add_argument("--writers", type=int, default=2)
    parser.add_argument("--under", help="where the folder is made")
    parser.add_argument("--seconds", type=float, default=1200.0, help="how long it may take")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=told.under) as folder:
        tree = Path(folder) / "tree"
        for number in range(told.directories):
            (tree / str(number)).mkdir(parents=True)
        with counting_agent(Path(folder) / "home") as agent:
            agent.add(tree)
            agent.wait(lambda: bool(agent.state().folders))
            files = told.files // told.writers * told.writers
            ended = _storm(tree, told)
            _measure(agent, files, ended, seconds=told.seconds)


def _storm(tree: Path, told: argparse.Namespace) -> float:
    """Make the files; return the time when the last one was there."""
    share = str(told.files // told.writers)
    command = [sys.executable, "-c", STORM, str(tree), share, str(told.directories)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(told.writers)]
    said = [writer.communicate()[0].split() for writer in writers]
    print(f"{told.files} files at {sum(int(rate) for rate, _ in said)} a second", flush=True)
    return max(float(ended) for _, ended in said)


def _measure(agent: Agent, files: int, ended: float, *, seconds: float) -> None:
    def known() -> int:
        """Files that were read or wait to be; those that wait for a vector count among the former."""
        state = agent.state()
        return state.files + state.pending - state.pending_vectors

    used = agent.cpu_seconds()
    for what, holds in (
        ("noticed", lambda: known() >= files),
        ("found by words", lambda: agent.state().files >= files),
        ("found by meaning", lambda: agent.state().files >= files and not agent.state().pending),
    ):
        agent.wait(holds, seconds=seconds)
        cpu = agent.cpu_seconds() - used
        print(f"{what}: {time.time() - ended:.1f} s after the end; {cpu:.1f} s of the processor", flush=True)
    state = agent.state()
    print(
        f"overflows: {state.overflows}; missed: {files - state.files}; embedded: {state.embedded}; problems: {state.problems};"
        f" {agent.rss_bytes() / 1e6:.0f} MB"
    )


if __name__ == "__main__":
    main()
