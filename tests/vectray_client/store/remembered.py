"""An index as a few dictionaries remember it: what the store is compared with."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tests.vectray_client.store.documents import MODEL

from vectray_client.domain import Document, FileState, KnownFile, Refusal, Verdict
from vectray_client.store.records import Counts, Model


@dataclass(frozen=True, kw_only=True)
class File:
    """What is known under a path."""

    state: FileState
    settled: bool
    recipe: str
    content: Document | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept of a content for a model."""

    content: Document
    recipe: str
    refused: frozenset[int] = frozenset()
    """Offsets of passages."""
    unused_since_ns: int | None = None


@dataclass
class Memory:
    """All of it."""

    files: dict[str, File] = field(default_factory=dict)
    queue: dict[str, FileState] = field(default_factory=dict)
    tickets: dict[str, list[int]] = field(default_factory=dict)
    """Every ticket that a path ever had."""
    kept: dict[tuple[Model, str], Kept] = field(default_factory=dict)
    """By model and SHA-256."""
    embedded: set[tuple[Model, str]] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    left_out: set[str] = field(default_factory=set)
    model: Model = MODEL
    next: Model | None = None
    recipe: str = ""
    now_ns: int = 0

    def owner(self, path: str) -> str | None:
        """The folder that a file belongs to."""
        return max(
            (folder for folder in self.folders if path.startswith(f"{folder}/")), key=len, default=None
        )

    def hold(self, path: str, file: File) -> None:
        """A file takes the place of what was known under its path; its content is of use again."""
        self.files[path] = file
        for key, kept in self.kept.items():
            if kept.content == file.content:
                self.kept[key] = replace(kept, unused_since_ns=None)

    def keep(self, model: Model, content: Document) -> None:
        """The passages of a content come, or come anew by another recipe."""
        before = self.kept.get((model, content.sha256))
        if before is None or before.recipe != self.recipe:
            unused_since_ns = before and before.unused_since_ns
            self.kept[model, content.sha256] = Kept(
                content=content, recipe=self.recipe, unused_since_ns=unused_since_ns
            )

    def move(self, former: str, path: str, state: FileState) -> bool:
        """What is gone stands under another name if nobody can tell them apart; tells whether it does."""
        gone = self.files.get(former)
        if gone is None or gone.content is None or path in self.files:
            return False
        if gone.state._replace(ctime_ns=0) != state._replace(ctime_ns=0):
            return False
        self.files[path] = replace(self.files.pop(former), state=state, settled=False)
        return True

    def drop(self, paths: Iterable[str]) -> None:
        """Files go, and need not be read any more."""
        for path in paths:
            self.files.pop(path, None)
            self.queue.pop(path, None)

    def sweep(self, now_ns: int, grace_ns: int) -> None:
        """Contents go that no file has held for long."""
        held = {file.content.sha256 for file in self.files.values() if file.content}
        for key, kept in list(self.kept.items()):
            since_ns = now_ns if kept.unused_since_ns is None else kept.unused_since_ns
            self.kept[key] = replace(kept, unused_since_ns=None if key[1] in held else since_ns)
            if key[1] not in held and since_ns <= now_ns - grace_ns:
                del self.kept[key]

    def kept_of(self, file: File) -> Kept | None:
        """What a search can find of a file."""
        return self.kept.get((self.model, file.content.sha256)) if file.content else None

    def known(self, file: File) -> KnownFile:
        """What a scan is told of a file."""
        kept = self.kept_of(file)
        is_made = kept is not None and kept.recipe == self.recipe
        return KnownFile(
            state=file.state,
            sha256=kept.content.sha256 if kept and is_made else "",
            refusal=file.refusal,
            settled=file.settled and file.recipe == self.recipe and (is_made or file.refusal is not None),
        )

    def missing(self, model: Model) -> list[str]:
        """The files that another model has no passages of."""
        return [
            path
            for path, file in sorted(self.files.items())
            if file.content and not file.refusal
            if (model, file.content.sha256) not in self.kept
            or self.kept[model, file.content.sha256].recipe != self.recipe
        ]

    def awaited(self) -> set[str]:
        """The texts that a search should find by meaning and that were never embedded."""
        found = [kept for file in self.files.values() if (kept := self.kept_of(file))]
        return {
            chunk.embedded_text
            for kept in found
            for chunk in kept.content.chunks
            if chunk.start not in kept.refused and (self.model, chunk.embedded_text) not in self.embedded
        }

    def found(self, word: str) -> list[tuple[str, str]]:
        """Path and text of the passages that hold a word."""
        return sorted(
            (path, chunk.text)
            for path, file in self.files.items()
            if (kept := self.kept_of(file))
            for chunk in kept.content.chunks
            if word in chunk.text.split()
        )

    def problems(self) -> list[str]:
        """The paths of files that failed, or of which the model refused a passage."""
        return sorted(
            path
            for path, file in self.files.items()
            if (file.refusal and file.refusal.verdict is Verdict.FAILED)
            or (not file.refusal and (kept := self.kept_of(file)) and kept.refused)
        )

    def counts(self) -> Counts:
        """How much there is."""
        found = [kept for file in self.files.values() if (kept := self.kept_of(file))]
        refusals = [file.refusal for file in self.files.values() if file.refusal]
        return Counts(
            files=len(found),
            chunks=sum(len(kept.content.chunks) for kept in found),
            vectors=sum(model == self.model for model, _ in self.embedded),
            skipped=sum(refusal.verdict is Verdict.SKIPPED for refusal in refusals),
            problems=len(self.problems()),
        )
