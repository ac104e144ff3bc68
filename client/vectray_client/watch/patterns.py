"""The lines of one ignore file, in the language of .gitignore.

A path is given relative to the directory that the lines are for, with `/` between its parts, and with a `/` at its end if
it is a directory. Whoever asks about a path below an ignored directory has to ask about the directory first.
"""

import re
from collections.abc import Iterable
from unicodedata import normalize

from vectray_client.watch.ignore_line import IgnoreLine, parsed

# A pattern that can be decided by the whole, the end or the beginning of a name; all others are tried on the whole path.
_LITERAL = r"[^*?\[\]\\/!\s]+"
_SIMPLE = re.compile(rf"!?(?:(?P<whole>{_LITERAL})|\*(?P<end>{_LITERAL})|(?P<beginning>{_LITERAL})\*)/?")


class Patterns:
    """Decides about one path after another, last matching line first, as git does.

    Raises ValueError for a line that is no pattern.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        composed = [normalize("NFC", line) for line in self.lines]
        every = [parsed(line, number=number) for number, line in enumerate(composed, 1)]
        self._last_first = [line for line in reversed(every) if line]
        # Sixty patterns, one after another, take 15 µs. Hardly any file is ignored, and a look at its name shows that no
        # simple pattern can apply: 0.3 µs.
        simple = [_SIMPLE.fullmatch(line) for line in composed]
        self._names = frozenset(match["whole"] for match in simple if match and match["whole"])
        self._suffixes = tuple(match["end"] for match in simple if match and match["end"])
        self._prefixes = tuple(match["beginning"] for match in simple if match and match["beginning"])
        self._others = [line for line, match in zip(every, simple, strict=True) if line and not match]

    def ignores(self, relative_path: str, name: str) -> bool | None:
        """Whether the path, whose last part is `name`, is left alone; None if no line says anything about it."""
        if not relative_path.isascii():
            # One and the same name may be written in several ways, and looks the same in all of them.
            relative_path, name = normalize("NFC", relative_path), normalize("NFC", name)
        if (
            name not in self._names
            and not name.endswith(self._suffixes)
            and not name.startswith(self._prefixes)
            and not (self._others and self._matched_by_others(relative_path))
        ):
            return None
        line = self._deciding(relative_path)
        return None if line is None else not line.takes_back

    def deciding_line(self, relative_path: str) -> int | None:
        """The number, from 1, of the line that decides about the path; None if there is none."""
        line = self._deciding(normalize("NFC", relative_path))
        return None if line is None else line.number

    def _matched_by_others(self, relative_path: str) -> bool:
        path, is_directory = _bare(relative_path)
        return any(line.matches(path, is_directory=is_directory) for line in self._others)

    def _deciding(self, relative_path: str) -> IgnoreLine | None:
        path, is_directory = _bare(relative_path)
        for line in self._last_first:
            if line.matches(path, is_directory=is_directory):
                return line
        return None


def tolerant(lines: Iterable[str]) -> Patterns:
    """Patterns from a file that anybody may have written: a line that is no pattern says nothing."""
    return Patterns(line if _is_pattern(line) else "" for line in lines)


def _bare(relative_path: str) -> tuple[str, bool]:
    is_directory = relative_path.endswith("/")
    return (relative_path[:-1] if is_directory else relative_path), is_directory


def _is_pattern(line: str) -> bool:
    try:
        parsed(line, number=1)
    except ValueError:
        return False
    return True
