import sys
from pathlib import Path

import pytest
from checks import STATIC_CHECKS, Check, check_of_tests, judge, run, run_aloud
from environment import Environment


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """An environment whose only program is this Python."""
    environment = Environment(folder=tmp_path)
    environment.scripts.mkdir()
    environment.program("python").symlink_to(sys.executable)
    return environment


def check(name: str, code: str) -> Check:
    """A check that runs some Python."""
    return Check(name=name, command=("python", "-c", code))


def test_every_check_runs_even_after_a_failure(
    environment: Environment, capfd: pytest.CaptureFixture[str]
) -> None:
    """A failing check costs the exit code, hides nothing behind it, and alone shows its output."""
    checks = [
        check("first", "print('good news')"),
        check("second", "print('bad news'); exit(3)"),
        check("third", ""),
    ]
    assert judge(checks, check("last", "print('all done')"), environment) == 1
    output = capfd.readouterr().out
    assert "good news" not in output
    assert "bad news" in output
    rows = [line.split()[:2] for line in output.splitlines() if line.endswith(" s")]
    assert rows == [["ok", "first"], ["FAILED", "second"], ["ok", "third"], ["ok", "last"]]


def test_the_closing_line_of_the_tests_ends_the_output(
    environment: Environment, capfd: pytest.CaptureFixture[str]
) -> None:
    """Who reads the end of the output finds what pytest itself says, below the table."""
    assert (
        judge(
            [check("first", "")], check("last", "print('...'); print('== 3 passed =='); exit(1)"), environment
        )
        == 1
    )
    lines = capfd.readouterr().out.splitlines()
    assert lines[0] == "..."
    assert lines[-1] == "== 3 passed =="
    assert lines.count("== 3 passed ==") == 1


def test_nothing_failed_is_exit_code_zero(environment: Environment) -> None:
    """Success needs every check."""
    assert judge([check("first", "")], check("last", ""), environment) == 0


def test_a_tool_that_is_missing_fails_its_check(environment: Environment) -> None:
    """A check that cannot run has not passed."""
    outcome = run(Check(name="lint", command=("no-such-tool",)), environment)
    assert not outcome.passed
    assert "no-such-tool" in outcome.output


def test_tests_that_hang_are_stopped(environment: Environment) -> None:
    """A run that never ends is a failure, and one that is seen."""
    hanging = check("tests", "import time; print('started', flush=True); time.sleep(60)")
    outcome = run_aloud(hanging, environment, timeout_seconds=0.5)
    assert not outcome.passed
    assert outcome.seconds < 30
    assert outcome.output == "started"


def test_only_fast_leaves_out_slow_tests() -> None:
    """Slow tests run unless they are left out on purpose; a marker on the command line replaces the configured one."""
    assert check_of_tests(fast=False).command == ("pytest", "-m", "not benchmark")
    assert check_of_tests(fast=True).command == ("pytest",)
    assert "pytest" not in {static.command[0] for static in STATIC_CHECKS}
