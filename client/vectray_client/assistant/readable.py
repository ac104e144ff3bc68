"""Answers as an assistant reads them. Every line of a document begins with "> ", so that no text can pass for anything else. Pure."""

import json
from collections.abc import Iterable, Sequence

from vectray_client.assistant.answers import (
    Document,
    Documents,
    Excerpts,
    Explained,
    Folders,
    Passage,
    Status,
)

_QUOTE = "> "


def documents(found: Documents) -> str:
    """What was found, best first."""
    lines = [] if found.documents else ["Nothing was found."]
    for number, document in enumerate(found.documents, 1):
        lines += ["", *_document(number, document)]
    if not found.is_fresh:
        lines += [
            "",
            f"Not everything is in this answer: files that still wait to be indexed: {found.pending}.",
        ]
    return _joined([*lines, *_own(found.notes)])


def excerpts(read: Excerpts) -> str:
    """Passages of one document."""
    last = read.first + len(read.passages)
    lines = [f"{plain(read.path)} ({read.type}): passages {read.first + 1} to {last} of {read.total}"]
    lines += quoted(read.title)
    for passage in read.passages:
        lines += ["", *_passage(passage)]
    if read.previous_position is not None:
        lines += ["", f"Before this: position {read.previous_position}."]
    if read.next_position is not None:
        lines += ["", f"It goes on at position {read.next_position}."]
    return _joined([*lines, *_own(read.notes)])


def folders(listed: Folders) -> str:
    """The indexed folders."""
    return _joined(
        " ".join([f"{plain(folder.path)}: {folder.files} files, {folder.pending} waiting.", *_own(folder.notes)])
        for folder in listed.folders
    ) or "No folder is indexed."  # fmt: skip


def status(state: Status) -> str:
    """The state of the index."""
    lines = [
        f"{state.documents} files and {state.passages} passages are indexed; {state.pending} files wait.",
        f"The model is {state.model or 'not chosen yet'}.",
    ]
    if state.next_model:
        lines.append(f"{state.next_model} is being made ready.")
    if state.is_paused:
        lines.append("Indexing is paused; searching goes on.")
    if state.seconds_left:
        lines.append(f"About {state.seconds_left:.0f} s are left.")
    lines += _own(state.notes)
    if state.total_problems:
        lines.append(f"Files that could not be indexed: {state.total_problems}.")
        lines += (f"{plain(problem.path)}: {_line(problem.reason)}" for problem in state.problems)
    return _joined(lines)


def explained(answer: Explained) -> str:
    """Why a path is found or not."""
    return _line(answer.explanation)


def plain(path: str) -> str:
    """The path itself, or as a JSON string if it holds what would break the line or turn its direction."""
    return path if path.isprintable() else json.dumps(path)


def quoted(text: str) -> Sequence[str]:
    """The lines of a text from a document, each marked as a quotation."""
    return [_QUOTE + line for line in text.splitlines()]


def _document(number: int, document: Document) -> Iterable[str]:
    yield (
        f"{number}. {plain(document.path)} ({document.type}, changed {document.modified:%Y-%m-%d},"
        f" {document.total_passages} passages)"
    )
    if document.why:
        yield _line(document.why)
    yield from quoted(document.title)
    for passage in document.passages:
        yield from _passage(passage)
    if document.copies:
        yield f"The same text is in: {', '.join(map(plain, document.copies))}"


def _passage(passage: Passage) -> Iterable[str]:
    places = (
        f"page {passage.page}" if passage.page else "",
        f"line {passage.line}" if passage.line else "",
        plain(passage.cell) if passage.cell else "",
        "only a part of the passage" if passage.is_cut else "",
    )
    yield f"[{', '.join([f'position {passage.position}', *filter(None, places)])}]"
    yield from quoted(passage.heading)
    yield from quoted(passage.text)


def _own(sentences: Iterable[str]) -> Sequence[str]:
    return [_line(sentence) for sentence in sentences]


def _line(sentence: str) -> str:
    """A sentence of Vectray's own on one line: it may name a folder, or the rule of an ignore file, which others wrote."""
    return "".join(
        letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in " ".join(sentence.split())
    )


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(lines).strip("\n")
