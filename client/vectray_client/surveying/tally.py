"""Adds up what is met in a folder."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from vectray_client.domain import FileType
from vectray_client.sdk.surveyed import Skipped


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was met so far. Of a million files it holds no more than of a few: a number for each type and each reason."""

    files: int = 0
    bytes_of: Counter[FileType] = field(default_factory=Counter)
    """Of the files that would be indexed, by type."""
    _skipped: Counter[str] = field(default_factory=Counter)
    _examples: dict[str, str] = field(default_factory=dict)

    def take(self, file_type: FileType, size_bytes: int) -> None:
        """Count a file that would be indexed."""
        self.files += 1
        self.bytes_of[file_type] += size_bytes

    def leave(self, path: str, reason: str) -> None:
        """Count what would be left out."""
        self._skipped[reason] += 1
        self._examples.setdefault(reason, path)

    @property
    def size_bytes(self) -> int:
        """Of all files that would be indexed."""
        return self.bytes_of.total()

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """What would be left out, the commonest reason first; each with the first example that was met."""
        return tuple(
            Skipped(reason=_sentence(reason), files=count, example=self._examples[reason])
            for reason, count in self._skipped.most_common()
        )


_TEXT_SHARES: Mapping[FileType, float] = {
    FileType.HTML: 0.3,
    FileType.IPYNB: 0.2,
    FileType.EML: 0.3,
    FileType.RTF: 0.3,
    FileType.PDF: 0.03,
    FileType.DOCX: 0.1,
    FileType.PPTX: 0.005,
    FileType.XLSX: 0.5,
    FileType.DOC: 0.1,
    FileType.PPT: 0.01,
    FileType.XLS: 0.2,
    FileType.ODT: 0.1,
    FileType.EPUB: 0.3,
}
"""Of a file's bytes, what its text comes to in UTF-8. Guesses from a few dozen files each: pictures, fonts and packing vary by a hundred times."""


def text_bytes(bytes_of: Mapping[FileType, int]) -> int:
    """Return about how much text files of these types and sizes hold. Pure."""
    return round(sum(size * _TEXT_SHARES.get(file_type, 1.0) for file_type, size in bytes_of.items()))


def _sentence(reason: str) -> str:
    """A reason as it stands alone. Some are parts of sentences, others are whole ones."""
    return f"{reason[:1].upper()}{reason[1:].rstrip('.')}."
