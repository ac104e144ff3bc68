"""Meets all that lies in a folder, by the rules of the scanner, one after the other: who looks on sees it grow, and may leave."""

import os
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from vectray_client.domain import Refusal
from vectray_client.read.refusals import VANISHED, skipped
from vectray_client.watch.rules import IGNORE_FILES, IgnoreFiles
from vectray_client.watch.scanner import NOT_UNICODE, UNMOUNTED, Bounds, refusal_of
from vectray_client.watch.shown import for_people, is_unicode


class Met(NamedTuple):
    """Something that lies in the folder. A named tuple, because there may be millions."""

    path: str
    refusal: Refusal | None
    """Why it is left alone, a directory with all below; None for what may be opened to see whether it can be read."""


def walk(root: str, bounds: Bounds, *, own: AbstractSet[str] = frozenset()) -> Iterator[Met]:
    """Yield what lies in a folder, but for directories that are looked into. `own` are those of `bounds.apart` that are Vectray's.

    What comes and goes meanwhile may be met or not. Nothing is held but the directories that are still to be listed.
    """
    start = len(os.path.join(root, ""))  # noqa: PTH118 - paths are strings here, for speed
    pending = [(root, IgnoreFiles())]
    while pending:
        directory, above = pending.pop()
        try:
            with os.scandir(directory) as listing:
                entries = list(listing)
        except (FileNotFoundError, NotADirectoryError):
            continue  # gone since its own directory was listed
        except OSError as error:
            yield Met(directory, refusal_of(error))
            continue
        names = IGNORE_FILES.intersection([entry.name for entry in entries])
        applying = (
            bounds.rules.ignore_files(directory, names, relative_start=start, above=above) if names else above
        )
        for entry in entries:
            met = _met(entry, start, bounds, applying, own)
            if met is None:
                pending.append((entry.path, applying))
            else:
                yield met


def _met(
    entry: os.DirEntry[str], start: int, bounds: Bounds, ignore_files: IgnoreFiles, own: AbstractSet[str]
) -> Met | None:
    """What an entry is met as; None for a directory that is to be looked into."""
    path = entry.path
    try:
        is_directory = entry.is_dir(follow_symlinks=False)
    except FileNotFoundError:
        return Met(for_people(path), VANISHED)
    except OSError as error:
        return Met(for_people(path), refusal_of(error))
    relative = path[start:] + "/" * is_directory
    if not bounds.admit(path, relative, entry.name, ignore_files=ignore_files):
        return Met(for_people(path), _why_not(path, relative, entry.name, bounds, own))
    if not is_unicode(entry.name):
        return Met(for_people(path), NOT_UNICODE)
    return None if is_directory else Met(path, None)


def _why_not(path: str, relative: str, name: str, bounds: Bounds, own: AbstractSet[str]) -> Refusal:
    """Which of the bounds keeps a path out."""
    if path in bounds.apart:
        return _OWN if path in own else _INDEXED
    if path in bounds.missing:
        return UNMOUNTED
    if bounds.rules.ignores(relative, name):
        rule = bounds.rules.rule_everywhere(relative)
        return _BY_DEFAULT if rule and rule.source == "default" else _BY_SETTING
    return _LEFT_OUT if bounds.left_out and bounds.left_out(path) else _BY_FILE


_BY_DEFAULT: Final = skipped(
    "it is left alone by default, like all settings, caches, keys and half-written files"
)
_BY_SETTING: Final = skipped("a line of `ignore` in config.toml leaves it alone")
_BY_FILE: Final = skipped("an ignore file in the folder leaves it alone")
_LEFT_OUT: Final = skipped("it was forgotten on request and is left out since then")
_OWN: Final = skipped("it belongs to Vectray itself and is never indexed")
_INDEXED: Final = skipped("it is an indexed folder of its own")
