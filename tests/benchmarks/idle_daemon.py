"""What a daemon costs that nobody uses any more: memory, processor, and what is left of the model.

    python -m tests.benchmarks.idle_daemon [--seconds 60] [--model all-MiniLM-L6-v2]

Starts a daemon of its own, encodes one text, waits until the model is unloaded, and looks on.
"""

import argparse
import os
import re
import tempfile
import time
from pathlib import Path

import psutil

import vectray_client


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to look")
    parser.add_argument("--model", default="all-MiniLM-L6-v2")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"VECTRAY_HOME": home, "VECTRAYD_KEEP_ALIVE": "1s"}
        with vectray_client.connect() as connection:
            connection.encode(["a text"], model=told.model)
            daemon = psutil.Process(connection.state().pid)
            (worker,) = daemon.children()
            print(f"loaded: daemon {_mb(daemon):.0f} MB, worker {_mb(worker):.0f} MB")
            worker.wait(30)
        print(f"unloaded: worker {worker.pid} is gone: {not psutil.pid_exists(worker.pid)}")
        began, before, switches = time.monotonic(), _cpu_seconds(daemon), daemon.num_ctx_switches().voluntary
        time.sleep(told.seconds)
        seconds = time.monotonic() - began
        used = _cpu_seconds(daemon) - before
        wakes = daemon.num_ctx_switches().voluntary - switches
        print(
            f"idle for {seconds:.0f} s: daemon {_mb(daemon):.1f} MB resident ({_private_mb(daemon):.1f} MB its own), "
            f"{100 * used / seconds:.3f} % of a core, {wakes / seconds:.1f} wakes a second, "
            f"torch mapped: {_has_torch(daemon)}, children: {len(daemon.children())}"
        )
        daemon.terminate()
        daemon.wait(30)


def _mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def _private_mb(process: psutil.Process) -> float:
    return float(process.memory_full_info().uss) / 1e6


def _cpu_seconds(process: psutil.Process) -> float:
    """Return the processor time of a process, in nanoseconds' resolution: /proc/PID/stat has only hundredths of a second."""
    schedstats = Path(f"/proc/{process.pid}/task").glob("*/schedstat")
    return sum(int(file.read_text("ascii").split()[0]) for file in schedstats) / 1e9


def _has_torch(process: psutil.Process) -> bool:
    return bool(re.search(r"/torch/|libtorch", Path(f"/proc/{process.pid}/maps").read_text("utf-8")))


if __name__ == "__main__":
    main()
