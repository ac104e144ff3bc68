"""The lines of one ignore file, in the language of .gitignore.

A path is given relative to the directory that the lines are for, with `/` between its parts, and with a `/` at its end if
it is a directory. Whoever asks about a path below an ignored directory has to ask about the directory first.
"""

import re
import warnings
from collections.abc import Iterable
from unicodedata import normalize

from pathspec import GitIgnoreSpec

# A pattern that can be decided by the whole, the end or the beginning of a name; all others are left to pathspec.
_LITERAL = r"[^*?\[\]\\/!\s]+"
_SIMPLE = re.compile(rf"!?(?:(?P<whole>{_LITERAL})|\*(?P<end>{_LITERAL})|(?P<beginning>{_LITERAL})\*)/?")


class Patterns:
    """Decides about one path after another, last matching line first, as git does.

    Raises ValueError for a line that is no pattern.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        composed = [normalize("NFC", line) for line in self.lines]
        self._spec = _compiled(composed)
        # pathspec tries one pattern after another, 15 µs for sixty. Hardly any file is ignored, and a look at its name
        # shows that no simple pattern can apply: 0.3 µs.
        simple = [match for line in composed if (match := _SIMPLE.fullmatch(line))]
        self._names = frozenset(match["whole"] for match in simple if match["whole"])
        self._suffixes = tuple(match["end"] for match in simple if match["end"])
        self._prefixes = tuple(match["beginning"] for match in simple if match["beginning"])
        others = [line for line in composed if not _SIMPLE.fullmatch(line)]
        self._others = _compiled(others) if any(others) else None

    def ignores(self, relative_path: str, name: str) -> bool | None:
        """Whether the path, whose last part is `name`, is left alone; None if no line says anything about it."""
        if not name.isascii() or not relative_path.isascii():
            # One and the same name may be written in several ways, and looks the same in all of them.
            relative_path, name = normalize("NFC", relative_path), normalize("NFC", name)
        if (
            name not in self._names
            and not name.endswith(self._suffixes)
            and not name.startswith(self._prefixes)
            and (self._others is None or self._others.check_file(relative_path).include is None)
        ):
            return None
        return self._spec.check_file(relative_path).include

    def deciding_line(self, relative_path: str) -> int | None:
        """The number, from 1, of the line that decides about the path; None if there is none."""
        index = self._spec.check_file(normalize("NFC", relative_path)).index
        return None if index is None else index + 1


def tolerant(lines: Iterable[str]) -> Patterns:
    """Patterns from a file that anybody may have written: a line that is no pattern says nothing."""
    return Patterns(line if _is_pattern(line) else "" for line in lines)


def _is_pattern(line: str) -> bool:
    try:
        _compiled([line])
    except ValueError:
        return False
    return True


def _compiled(lines: Iterable[str]) -> GitIgnoreSpec:
    with warnings.catch_warnings():
        # `[[]` is a fine pattern. As a regular expression it may come to mean something else in a later Python.
        warnings.simplefilter("ignore", FutureWarning)
        return GitIgnoreSpec.from_lines(lines)
