"""Runs every check of the project and prints a table of results. The tests come last: their closing line ends the output."""

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from environment import ROOT, Environment, SetUpError, set_up
from pip_runs import ProgressLine

_TOOL_TIMEOUT_SECONDS = 120
_TESTS_TIMEOUT_SECONDS = 2400
"""For tests that hang past their own time limits. They take less than three minutes on two quiet cores; a busy machine is no fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A command that judges the project by its exit code."""

    name: str
    command: tuple[str, ...]
    """The program is one of the environment's."""
    folder: Path = ROOT


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a check ended."""

    name: str
    passed: bool
    seconds: float
    output: str
    """What it printed; of a check that was run aloud, the last line."""

    def row(self) -> str:
        """The check's row in the table."""
        return f"{'ok' if self.passed else 'FAILED':<7} {self.name:<14} {self.seconds:6.1f} s"


STATIC_CHECKS = (
    Check(name="lint", command=("ruff", "check", ".")),
    Check(name="format", command=("ruff", "format", "--check", ".")),
    Check(name="types", command=("mypy",)),
    Check(name="script types", command=("mypy", "packaging")),
    Check(name="import rules", command=("lint-imports",)),
    Check(name="contract", command=("buf", "lint"), folder=ROOT / "protos"),
)


def check_of_tests(*, fast: bool) -> Check:
    """The check that runs the tests; `fast` leaves the slow ones out, as pytest does by itself."""
    chosen = () if fast else ("-m", "not benchmark")
    return Check(name="tests", command=("pytest", *chosen))


def main(arguments: Sequence[str]) -> int:
    """Run the checks, all of them even if one fails; the exit code is 0 only if none did."""
    parser = argparse.ArgumentParser(prog="check.py", description="Run every check of the project.")
    parser.add_argument("--fast", action="store_true", help="leave out the slow tests")
    wanted = parser.parse_args(arguments)
    try:
        environment = set_up(extras=["all", "dev"])
    except SetUpError as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    return judge(STATIC_CHECKS, check_of_tests(fast=wanted.fast), environment)


def judge(checks: Sequence[Check], last: Check, environment: Environment) -> int:
    """Run all of them and print the results, the last line of the last check at the very end; 0 if none failed."""
    progress = ProgressLine()
    outcomes = []
    for check in checks:
        progress.show(check.name)
        outcomes.append(run(check, environment))
        progress.clear()
    for outcome in outcomes:
        if not outcome.passed:
            print(f"--- {outcome.name} ---\n{outcome.output}", flush=True)
    outcomes.append(run_aloud(last, environment))
    print("\n", *(f"{outcome.row()}\n" for outcome in outcomes), outcomes[-1].output, sep="")
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def run(check: Check, environment: Environment) -> Outcome:
    """Run a check in silence; its output is in the outcome."""
    began = time.monotonic()
    try:
        done = subprocess.run(
            [environment.program(check.command[0]), *check.command[1:]],
            cwd=check.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=_TOOL_TIMEOUT_SECONDS,
            check=False,
        )
        passed, output = done.returncode == 0, done.stdout
    except (OSError, subprocess.TimeoutExpired) as problem:
        passed, output = False, f"{problem}\n"
    return Outcome(name=check.name, passed=passed, seconds=time.monotonic() - began, output=output)


def run_aloud(
    check: Check, environment: Environment, *, timeout_seconds: float = _TESTS_TIMEOUT_SECONDS
) -> Outcome:
    """Run a check and print its output as it comes, but for the last line: that one is in the outcome."""
    began = time.monotonic()
    last = ""
    with subprocess.Popen(
        [environment.program(check.command[0]), *check.command[1:]],
        cwd=check.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        watchdog = threading.Timer(timeout_seconds, process.kill)
        watchdog.start()
        for line in process.stdout or ():
            print(last, end="", flush=True)
            last = line
        watchdog.cancel()
    return Outcome(
        name=check.name,
        passed=process.returncode == 0,
        seconds=time.monotonic() - began,
        output=last.rstrip("\n"),
    )
