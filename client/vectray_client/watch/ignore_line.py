"""One line of an ignore file as a regular expression: the language of gitignore(5), with git's own answers at its edges."""

import re
from dataclasses import dataclass
from typing import Final

_NEVER: Final = "(?!)"
_CLASSES: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_TOKEN: Final = re.compile(
    r"\\(?P<escaped>.)|(?P<start>^\*\*/)|(?P<inner>/\*\*(?=/))|(?P<end>(?:^|/)\*\*\Z)|(?P<star>\*+)|(?P<any>\?)|(?P<set>\[)|(?P<literal>.)",
    re.DOTALL,
)
_MEMBER: Final = re.compile(r"\[:(?P<name>\w+):\]|(?P<low>\\.|[^\\])(?:-(?P<high>\\.|[^\\\]]))?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreLine:
    """What a line says about the paths that it matches."""

    regex: re.Pattern[str]
    """Matches a whole path, relative to the directory that the line is for, without a `/` at its end."""
    is_for_directories: bool
    takes_back: bool
    """Whether it begins with `!`."""
    number: int
    """Which line of its file it is, from 1."""

    def matches(self, path: str, *, is_directory: bool) -> bool:
        """Whether the line is about this very path; what lies below a matched directory is another matter."""
        return (is_directory or not self.is_for_directories) and self.regex.fullmatch(path) is not None


def parsed(line: str, *, number: int) -> IgnoreLine | None:
    """What a line says; None for a comment or an empty line. ValueError if it can mean nothing."""
    pattern = re.sub(r"(?<!\\) +$", "", line)
    if not pattern or pattern.startswith("#"):
        return None
    takes_back = pattern.startswith("!")
    pattern = pattern.removeprefix("!")
    is_for_directories = pattern.endswith("/")
    pattern = pattern.removesuffix("/")
    if not pattern or re.search(r"(?<!\\)(?:\\\\)*\\$", pattern):
        raise ValueError(f"{line!r} is no pattern.")
    anywhere = "" if "/" in pattern else "(?:.*/)?"
    regex = re.compile(anywhere + _translated(pattern.removeprefix("/")), re.DOTALL)
    return IgnoreLine(
        regex=regex, is_for_directories=is_for_directories, takes_back=takes_back, number=number
    )


def _translated(pattern: str) -> str:
    parts: list[str] = []
    position = 0
    while match := _TOKEN.match(pattern, position):
        position = match.end()
        match match.lastgroup:
            case "start":
                parts.append("(?:.*/)?")
            case "inner":
                parts.append("(?:/.*)?")
            case "end":
                parts.append("/.*" if match[0].startswith("/") else ".*")
            case "star":
                parts.append("[^/]*")
            case "any":
                parts.append("[^/]")
            case "set":
                members, position = _set(pattern, position)
                parts.append(members)
            case _:
                parts.append(re.escape(match["escaped"] or match["literal"]))
    return "".join(parts)


def _set(pattern: str, position: int) -> tuple[str, int]:
    """The characters between brackets, from behind the opening one to behind the closing one. A set without an end matches nothing."""
    is_negated = pattern[position : position + 1] in ("!", "^")
    position += is_negated
    members: list[str] = []
    while (match := _MEMBER.match(pattern, position)) and (match[0] != "]" or not members):
        position = match.end()
        members.append(_members(match))
    if not match or any(member is _NEVER for member in members):
        return _NEVER, len(pattern)
    inside = "".join(members)
    if is_negated:
        return f"[^/{inside}]", position + 1
    return (f"(?!/)[{inside}]" if inside else _NEVER), position + 1


def _members(match: re.Match[str]) -> str:
    if match["name"]:
        return _CLASSES.get(match["name"], _NEVER)
    low = match["low"][-1]
    high = match["high"][-1] if match["high"] else low
    return f"{re.escape(low)}-{re.escape(high)}" if low <= high else ""
