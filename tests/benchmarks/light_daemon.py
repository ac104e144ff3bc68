"""The real supervisor with workers that have no model.

    VECTRAY_HOME=FOLDER python -m tests.benchmarks.light_daemon [--dimensions 384] [--microseconds-per-byte 0]

What it does with texts and vectors is all its own; only their making costs nothing, or what it is told to.
"""

import sys

from vectrayd.__main__ import main

if __name__ == "__main__":
    worker = (sys.executable, "-m", "tests.benchmarks.light_worker", *sys.argv[1:])
    sys.exit(main([], worker_command=worker))
