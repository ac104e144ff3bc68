"""Log lines: one for each event, and none of them says what somebody wrote.

What is logged are names, numbers and kinds of errors. An exception's own words may quote a text, so of an exception only its kind and
the place in the code are shown, whoever logs it.
"""

import json
import logging
import sys
import time
import traceback
from typing import TextIO

_MOST_FRAMES = 5
_QUIET = {"asyncio": logging.WARNING, "uvicorn": logging.ERROR}
"""Other people's loggers, and what of theirs is worth a line. uvicorn warns of every junk request, which anybody can send."""


def start_logging(form: str, level: str, stream: TextIO = sys.stderr) -> None:
    """Send the log of this process to `stream`, as lines of text or of JSON."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for name, enough in _QUIET.items():
        logging.getLogger(name).setLevel(enough)


class TextLines(logging.Formatter):
    """Time, level, message."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        error = _error(record)
        words = f"{_time(record)} {record.levelname} {_message(record)}"
        return _on_one_line(f"{words} ({error})" if error else words)


class JsonLines(logging.Formatter):
    """The same for programs: `time`, `level`, `logger`, `message`, and `error` where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return one line."""
        fields = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if error := _error(record):
            fields["error"] = error
        return json.dumps(fields)


def _time(record: logging.LogRecord) -> str:
    """RFC 3339, in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z"


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - a record that does not fit its own arguments must not end the daemon
        return str(record.msg)


def _error(record: logging.LogRecord) -> str:
    """Kind of the exception and where it was raised, innermost first."""
    if not record.exc_info or record.exc_info[0] is None:
        return ""
    kind, _, trace = record.exc_info
    frames = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    places = [f"{frame.name}:{frame.lineno}" for frame in reversed(frames)]
    return " < ".join([kind.__name__, *places])


def _on_one_line(words: str) -> str:
    # Names that clients choose may stand in a line; none of them may look like a line of its own, or steer a terminal.
    return "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in words)
