"""Files that start programs on Linux desktops: launchers and what starts by itself. Pure.

As the Desktop Entry Specification 1.5 of freedesktop.org has them: values are escaped, and a command line in a value is quoted before.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from vectray_client.domain import Fault

GROUP: Final = "Desktop Entry"

_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", " ": "\\s"}
_NEEDS_ESCAPE: Final = re.compile(r"[\\\n\t\r]|^ | $")
_ESCAPE: Final = re.compile(r"\\([sntr\\])")
_ESCAPED: Final = {escape[1]: char for char, escape in _ESCAPES.items()}
_PLAIN_WORD: Final = re.compile(r"[\w@+,./:=-]+", re.ASCII)
"""Words that need no quotes: far from all that the specification reserves."""
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_WORD: Final = re.compile(rf'(?:{_QUOTED}|[^ "])+', re.DOTALL)
_LINE: Final = re.compile(rf'(?:{_QUOTED}|[^"])*', re.DOTALL)
_SPECIAL: Final = re.compile(r'["`$\\]')
_QUOTING: Final = re.compile(r'\\(["`$\\])|"')
_FIELD_CODE: Final = re.compile(r"%(.)")


class BadEntry(Fault):
    """A file that desktops could not understand either."""


def exec_line(words: Sequence[str]) -> str:
    """Return a command line as the key `Exec` has it, not yet escaped as values are."""
    return " ".join(map(_quoted, words))


def words_of(line: str) -> Sequence[str]:
    """Return the words of an `Exec` line without its field codes, which stand for files that a launcher is given.

    Raises:
        BadEntry: its quotes do not end.

    """
    if not _LINE.fullmatch(line):
        raise BadEntry("Its command line has quotes that do not end.")
    return [word for word in map(_unquoted, _WORD.findall(line)) if word]


def entry_text(groups: Mapping[str, Mapping[str, str]]) -> str:
    """Return the file with these groups of keys and values."""
    return "\n".join("".join(_lines(name, keys)) for name, keys in groups.items())


def read_entry(text: str) -> Mapping[str, str]:
    """Return keys and values of the main group; of a key that stands twice, the first.

    Raises:
        BadEntry: there is no such group.

    """
    keys: dict[str, str] = {}
    group = ""
    for line in text.split("\n"):
        if line.startswith("["):
            group = line.strip().strip("[]")
        elif group == GROUP and "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            keys.setdefault(key.strip(), _unescaped(value.strip(" \t\r")))
    if not keys:
        raise BadEntry(f"It has no group [{GROUP}].")
    return keys


def _quoted(word: str) -> str:
    if _PLAIN_WORD.fullmatch(word):
        return word
    return '"' + _SPECIAL.sub(r"\\\g<0>", word.replace("%", "%%")) + '"'


def _unquoted(word: str) -> str:
    return _FIELD_CODE.sub(
        lambda code: "%" if code[1] == "%" else "", _QUOTING.sub(lambda found: found[1] or "", word)
    )


def _lines(name: str, keys: Mapping[str, str]) -> Iterator[str]:
    yield f"[{name}]\n"
    for key, value in keys.items():
        yield f"{key}={_NEEDS_ESCAPE.sub(lambda found: _ESCAPES[found[0]], value)}\n"


def _unescaped(value: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED[found[1]], value)
