"""Why a path is found or not: the facts about it, gathered in one place, and the one sentence that follows from them.

`gather` looks and asks, `explain` is pure. The sentence says "It" of the path, which whoever asked has in front of them.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from pathlib import Path
from types import MappingProxyType

from vectray_client.domain import Fault, KnownFile, Refusal, Verdict
from vectray_client.freshness import Scope
from vectray_client.nesting import lies_in
from vectray_client.sdk.index_states import Explanation
from vectray_client.store.reading import Reader
from vectray_client.store.records import Counts, Filter
from vectray_client.watch.rules import Rule
from vectray_client.watch.scanner import check_folder


class Kind(Enum):
    """What stands at a path."""

    NOTHING = auto()
    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    OTHER = auto()
    """A FIFO, a socket, a device."""
    HIDDEN = auto()
    """The system does not say."""


_NEVER_READ: Mapping[Kind, str] = {
    Kind.NOTHING: "It does not exist.",
    Kind.LINK: "It is a link, and links are not followed.",
    Kind.OTHER: "It is not an ordinary file.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What there is to know about a path."""

    kind: Kind
    hindrance: str = ""
    """Why the system does not say what stands there."""
    is_own: bool = False
    """Whether it is Vectray's."""
    folder: str | None = None
    """The innermost indexed folder that it is, or lies in."""
    ignored: Rule | None = None
    is_left_out: bool = False
    """Whether the person had it forgotten."""
    known: KnownFile | None = None
    unreachable: Refusal | None = None
    """Why the last scan could not look at it, or at a directory above it."""
    folder_reason: str = ""
    """Why its folder is not looked at now, in one sentence; empty if it is."""
    pause: str = ""
    """Why nothing is read or embedded now, likewise."""
    place_in_queue: int | None = None
    """From 1; None if it does not wait."""
    queued: int = 0
    """Files that wait: all, or for a folder those below it."""
    chunks: int = 0
    """Passages of it in the index."""
    chunks_waiting: int = 0
    """Of these, the ones without a vector."""
    counts: Counts | None = None
    """Of what lies below it, for a folder."""
    model: str = ""


def gather(
    reader: Reader,
    path: str,
    scope: Scope,
    *,
    pause: str = "",
    folder_reasons: Mapping[str, str] = MappingProxyType({}),
    folder_pauses: Mapping[str, str] = MappingProxyType({}),
) -> Facts:
    """Gather the facts about an absolute path, of which nothing but the last part may be a link.

    `pause` says why nothing is indexed now, `folder_pauses` why nothing of some folders is, and `folder_reasons` which are not looked at
    and why, as far as somebody knows.
    """
    kind, hindrance = _kind_of(path)
    with reader.snapshot():
        holders = reader.holders(path)
        folder = path if path in reader.folders() else holders[-1] if holders else None
        model = reader.model()
        is_folder = kind is Kind.FOLDER
        counts = reader.counts(Filter(folders=(path,))) if is_folder else None
        return Facts(
            kind=kind,
            hindrance=hindrance,
            is_own=any(lies_in(path, own) for own in scope.own),
            folder=folder,
            ignored=_ignored(scope, path, folder, is_folder=is_folder),
            is_left_out=folder is not None and bool(reader.left_out_in(folder, [path])),
            known=reader.known_file(path),
            unreachable=_unreachable(reader, path, folder),
            folder_reason=_folder_reason(folder, folder_reasons),
            pause=pause or folder_pauses.get(folder or "", ""),
            place_in_queue=reader.place_in_queue(path),
            queued=reader.queue_below(path) if is_folder else sum(reader.queued().values()),
            chunks=counts.chunks if counts else reader.chunks_of(path),
            chunks_waiting=len(reader.waiting_of(path)),
            counts=counts,
            model=model.name if model else "",
        )


def explain(facts: Facts) -> Explanation:
    """Return one exact sentence: the first obstacle in its way, or how far it came."""
    sentence = _barred(facts) or _unread(facts) or _indexed(facts)
    return Explanation(sentence=sentence, chunks=facts.chunks)


def _barred(facts: Facts) -> str:
    """What keeps it out whatever is in it; empty for what is let in."""
    if facts.is_own:
        return "It belongs to Vectray itself and is never indexed."
    if facts.folder is None:
        return "It lies outside every indexed folder; `vectray index FOLDER` adds one."
    if facts.is_left_out:
        return "It was forgotten on request and is left out since then; `vectray rescan` of that very path takes it in again."
    if facts.ignored:
        rule = facts.ignored
        source = "a default" if rule.source == "default" else f"{rule.source}, line {rule.line}"
        return f"It is ignored by the rule {rule.pattern} ({source})."
    return ""


def _unread(facts: Facts) -> str:
    """Why there is nothing to read, or not now; empty for a file or folder that is there."""
    found = f"; what was read before is still found: {_passages(facts.chunks)}" if facts.chunks else ""
    if facts.folder_reason:
        return f"Its folder is not looked at now: {_clause(facts.folder_reason)}{found}."
    if facts.unreachable:
        return f"It could not be looked at: {_clause(facts.unreachable.reason)}{found}."
    if facts.kind is Kind.NOTHING and facts.known:
        return "It does not exist any more and will be forgotten at the next look."
    if facts.kind is Kind.HIDDEN:
        return f"It could not be looked at: {_clause(facts.hindrance)}{found}."
    return _NEVER_READ.get(facts.kind, "")


def _indexed(facts: Facts) -> str:
    """How far a file or folder came."""
    pause = f"; {_clause(facts.pause)}" if facts.pause else ""
    if facts.counts is not None:
        return _folder(facts, facts.counts, pause)
    if facts.place_in_queue is not None:
        older = f"; an older version of it is found: {_passages(facts.chunks)}" if facts.chunks else ""
        return f"It waits to be read, as number {facts.place_in_queue} of {facts.queued}{older}{pause}."
    if facts.known is None:
        return f"It has not been looked at yet{pause}."
    if facts.known.refusal:
        return _refused(facts, facts.known.refusal)
    if facts.chunks_waiting:
        return (
            f"It is read and found by words; {facts.chunks_waiting} of {_passages(facts.chunks)}"
            f" wait for the model {facts.model}{pause}."
        )
    return (
        f"It is indexed: {_passages(facts.chunks)}, by the model {facts.model}, as saved on"
        f" {_moment(facts.known)}."
    )


def _refused(facts: Facts, refusal: Refusal) -> str:
    reason = _clause(refusal.reason)
    if refusal.verdict is Verdict.SKIPPED:
        return f"It is left out: {reason}."
    found = f"; what was read before is still found: {_passages(facts.chunks)}" if facts.chunks else ""
    return f"It could not be read: {reason}{found}; it is tried again when it changes."


def _folder(facts: Facts, counts: Counts, pause: str) -> str:
    numbers = (
        f"{_number(counts.files, 'file')} with {_passages(counts.chunks)} indexed",
        f"{facts.queued} waiting to be read",
        f"{counts.skipped} left out",
        f"{counts.problems} with problems",
    )
    return f"It is a folder: {', '.join(numbers)}{pause}."


def _clause(sentence: str) -> str:
    """Return a sentence as a part of another one."""
    words = sentence.rstrip(".")
    return words[:1].lower() + words[1:]


def _passages(count: int) -> str:
    return _number(count, "passage")


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _moment(known: KnownFile) -> str:
    """The file's own time, on the clock of whoever asks; the store keeps none before 1677 or after 2262."""
    return f"{datetime.fromtimestamp(known.state.mtime_ns / 1e9, UTC).astimezone():%Y-%m-%d %H:%M}"


def _kind_of(path: str) -> tuple[Kind, str]:
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        return Kind.NOTHING, ""
    except OSError as error:
        return Kind.HIDDEN, error.strerror or type(error).__name__
    if stat.S_ISREG(mode):
        return Kind.FILE, ""
    if stat.S_ISDIR(mode):
        return Kind.FOLDER, ""
    return (Kind.LINK if stat.S_ISLNK(mode) else Kind.OTHER), ""


def _ignored(scope: Scope, path: str, folder: str | None, *, is_folder: bool) -> Rule | None:
    """The rule that keeps a path out of its folder; a folder that was added by itself is in whatever the rules say."""
    if folder is None or folder == path:
        return None
    relative = Path(path).relative_to(folder).as_posix()
    return scope.rules.rule_for(folder, f"{relative}/" if is_folder else relative)


def _folder_reason(folder: str | None, folder_reasons: Mapping[str, str]) -> str:
    if folder is None:
        return ""
    try:
        check_folder(folder)
    except Fault as fault:
        return str(fault)
    return folder_reasons.get(folder, "")


def _unreachable(reader: Reader, path: str, folder: str | None) -> Refusal | None:
    if folder is None:
        return None
    return next(
        (refusal for place, refusal in reader.unreachable(folder).items() if lies_in(path, place)), None
    )
