"""What the agent costs while nothing happens, with many files watched.

    python -m tests.benchmarks.idle_agent [--files 100000] [--seconds 600]

Processor time and memory of the agent's process over that time, the periodic look at all files included.
"""

import argparse
import tempfile
import time
from pathlib import Path

from tests.benchmarks.agents import counting_agent


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=600.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, counting_agent(Path(folder) / "home") as agent:
        tree = Path(folder) / "tree"
        for number in range(asked.files):
            directory = tree / f"{number // 100:04}"
            if number % 100 == 0:
                directory.mkdir(parents=True)
            # A tenth of them are different: what is watched counts here, not what is read.
            (directory / f"{number:06}.txt").write_text(f"note {number % (asked.files // 10)}", "utf-8")
        agent.add(tree)
        print(f"first indexing: {agent.wait_files(asked.files, seconds=1800):.0f} s", flush=True)
        agent.kill()
        print(f"started again, it answers after {agent.start():.1f} s", end=", ")
        print(f"is right after {agent.wait_files(asked.files):.1f} s more", flush=True)
        time.sleep(10)
        began, used = time.perf_counter(), agent.cpu_seconds()
        time.sleep(asked.seconds)
        seconds, share = time.perf_counter() - began, agent.cpu_seconds() - used
        print(
            f"{asked.files} files watched for {seconds:.0f} s: {share / seconds:.2%} of a core, {agent.rss_bytes() / 1e6:.0f} MB"
        )


if __name__ == "__main__":
    main()
