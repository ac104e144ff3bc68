import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectrayd.transport.logs import JsonLines, TextLines, start_logging


def record(message: str, *arguments: object, error: Exception | None = None) -> logging.LogRecord:
    """Something to log."""
    trouble = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("vectrayd.x", logging.WARNING, "x.py", 1, message, arguments, trouble)


def raised(words: str) -> Exception:
    """An exception that quotes `words`."""
    try:
        int(words)
    except ValueError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize("lines", [TextLines(), JsonLines()])
def test_an_exceptions_own_words_are_not_logged(lines: logging.Formatter) -> None:
    """They may quote a text; its kind and the place in the code are what helps."""
    line = lines.format(record("a slice of %s failed", "m", error=raised("dear diary")))
    assert "diary" not in line
    assert "ValueError" in line
    assert "raised:" in line
    assert "a slice of m failed" in line


@given(st.text(), st.text())
def test_an_event_is_one_line(message: str, argument: str) -> None:
    """Whatever names are in it, nobody can make a second line of it, nor steer a terminal."""
    for lines in (TextLines(), JsonLines()):
        line = lines.format(record("%s: %s", message, argument))
        assert len(line.splitlines()) == 1
        line.encode()
        assert line.isprintable()


def test_json_lines_are_for_programs() -> None:
    """Each is an object with the same fields, its time in UTC."""
    event = json.loads(JsonLines().format(record("unloaded %s", "m")))
    assert event.keys() == {"time", "level", "logger", "message"}
    assert (event["level"], event["logger"], event["message"]) == ("warning", "vectrayd.x", "unloaded m")
    assert event["time"].endswith("Z")


@given(st.text())
def test_a_record_that_does_not_fit_its_arguments_is_logged(message: str) -> None:
    """A mistake in a log call does not end what logs, and the arguments are left out."""
    line = TextLines().format(record(message + "%d %d %d", "one"))
    assert "one" not in line.replace(message, "")


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, put back as it was."""
    logger = logging.getLogger()
    handlers, level = list(logger.handlers), logger.level
    yield logger
    logger.handlers[:], _ = handlers, logger.setLevel(level)


def test_the_level_holds_for_all(root: logging.Logger) -> None:
    """What is below the level is not written, whoever logs."""
    stream = io.StringIO()
    start_logging("json", "warning", stream)
    logging.getLogger("vectrayd").info("nothing much")
    logging.getLogger("somebody").warning("something")
    assert [json.loads(line)["message"] for line in stream.getvalue().splitlines()] == ["something"]
    assert root.level == logging.WARNING
