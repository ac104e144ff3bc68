import sqlite3
import stat
from pathlib import Path

import click
import pytest

from vectray_client.cli.main import sentence
from vectray_client.domain import Fault
from vectray_client.sdk.errors import DaemonUnavailable


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (Fault("It is so."), "It is so."),
        (DaemonUnavailable("No daemon."), "No daemon."),
        (click.UsageError("No such option."), "No such option."),
        (PermissionError(13, "Permission denied", "/x"), "/x: Permission denied"),
        (OSError(28, "No space left on device"), "No space left on device"),
        (
            sqlite3.OperationalError("disk I/O error"),
            "the index could not be read or written (disk I/O error); what was stored is unharmed",
        ),
    ],
)
def test_an_expected_error_is_a_sentence(tmp_path: Path, error: Exception, expected: str) -> None:
    """The person is told what is wrong, and nothing is written down."""
    assert sentence(error, crash_log=tmp_path / "crash.log") == expected
    assert not (tmp_path / "crash.log").exists()


def test_an_unexpected_error_is_written_down(tmp_path: Path) -> None:
    """One sentence names the file, which holds every such error without its words, and is nobody else's to read."""
    log = tmp_path / "data" / "crash.log"
    for _ in range(2):
        words = sentence(_failing_on("/home/me/secret\udcff.md"), crash_log=log)
        assert "\n" not in words
        assert str(log) in words
    text = log.read_text("utf-8")
    assert (text.count("KeyError\n"), text.count("ValueError\n")) == (2, 2)
    assert "in _failing_on" in text
    assert "secret" not in text
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def _failing_on(path: str) -> Exception:
    """An error that quotes a path, as does the one that led to it."""
    error = ValueError(path)
    try:
        {}[path]
    except KeyError as cause:
        error.__cause__ = cause
    return error


def test_even_that_may_fail(tmp_path: Path) -> None:
    """Where nothing can be written, the sentence says so."""
    (tmp_path / "data").touch()
    words = sentence(ZeroDivisionError(), crash_log=tmp_path / "data" / "crash.log")
    assert "could not be written" in words
