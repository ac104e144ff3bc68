"""The values that the client's parts hand to each other: frozen, without behaviour of their own.

Paths are absolute strings as the operating system gives them; offsets count characters (Python string indices) in
`Extracted.text`; hashes are lower-case hexadecimal SHA-256.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class Fault(Exception):
    """Something that stops a command and that a person can understand: the message is one sentence. Root of the client's own errors."""


class FileType(StrEnum):
    """What a file is read as; also what `vectray search --type` accepts."""

    TEXT = "text"
    MARKDOWN = "markdown"
    CODE = "code"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    XLSX = "xlsx"
    DOC = "doc"
    PPT = "ppt"
    XLS = "xls"
    ODT = "odt"
    EPUB = "epub"
    RTF = "rtf"
    EML = "eml"
    IPYNB = "ipynb"


class FileState(NamedTuple):
    """What `lstat` tells about a file. Two equal states mean that nobody has touched it in between."""

    size: int
    """Bytes."""
    mtime_ns: int
    ctime_ns: int
    inode: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of a document that is better not cut: a heading, a paragraph, a fenced or indented run of code."""

    start: int
    end: int
    heading_level: int = 0
    """1 to 6 for a heading, 0 for everything else."""
    is_code: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """A document as an extractor leaves it: plain text, and where its parts are."""

    text: str
    blocks: tuple[Block, ...]
    """In order, without overlap; characters between blocks are white space."""
    title: str = ""
    page_starts: tuple[int, ...] = ()
    """Offset of each page's (slide's) first character; empty for what has no pages."""
    cells: tuple[tuple[int, str], ...] = ()
    """Where rows of a spreadsheet and cells of a notebook begin, and what people call them there: `Sheet1!A12`, `In [3]`. By offset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """A passage: the unit that is embedded, searched and shown."""

    text: str
    """`Extracted.text[start:end]`."""
    start: int
    end: int
    heading: str = ""
    """The headings above the passage, outermost first, joined with ' › '."""
    page: int | None = None
    """1-based, for documents with pages or slides."""
    line: int | None = None
    """1-based line of `start` in the extracted text, for documents without pages."""
    cell: str = ""
    """The cell that the passage begins in, for spreadsheets and notebooks: the last of `Extracted.cells` at or before `start`."""

    @property
    def embedded_text(self) -> str:
        """What the model reads: the passage under its headings."""
        return f"{self.heading}\n{self.text}" if self.heading else self.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that was read: its content's hash and its passages."""

    file_type: FileType
    sha256: str
    """Of the file's bytes."""
    title: str
    chunks: tuple[Chunk, ...]
    recipe: str = ""
    """Names the version of extractors and chunker that made it. Of another recipe the same bytes may give other passages."""


class Verdict(StrEnum):
    """Why a file has no passages in the index."""

    SKIPPED = "skipped"
    """On purpose: nothing in it for a search by meaning (empty, binary, an unknown type)."""
    FAILED = "failed"
    """It should have been readable and was not: a damaged file, no permission, a reader that died."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A file that was not read, with one sentence for the person who wonders why."""

    verdict: Verdict
    reason: str
    is_poison: bool = False
    """Whether its content ended reader processes: it is not to be read again while the readers are the same."""
    is_transient: bool = False
    """Whether the file was caught in the middle of something, so that the same question may soon have another answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """What the index remembers of a file between two scans."""

    state: FileState
    sha256: str = ""
    """Empty for a file that was never read."""
    refusal: Refusal | None = None
    """Set when the file is known not to be readable; it is not tried again until it changes."""
    settled: bool = True
    """False where the file was changed so shortly before it was read that an equal state proves nothing (git's 'racy' rule)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a scan found, against what the index knew. Every path appears at most once."""

    dirty: Mapping[str, FileState] = field(default_factory=dict)
    """New or possibly changed files, to be read."""
    gone: frozenset[str] = frozenset()
    refused: Mapping[str, Refusal] = field(default_factory=dict)
    """Files and directories that the scan itself could not look at. What was known below them stays known."""
    unchanged: int = 0

    @property
    def pending(self) -> int:
        """How many files differ from what the index knows."""
        return len(self.dirty) + len(self.gone)


class Leg(StrEnum):
    """One of the two searches."""

    WORDS = "words"
    MEANING = "meaning"


class Highlight(NamedTuple):
    """A part of a line that is to be marked, in characters of that line."""

    start: int
    end: int
    leg: Leg = Leg.WORDS
    """Which of the two searches found it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """A part of a passage, in one line, for a person to read."""

    text: str
    highlights: tuple[Highlight, ...] = ()
    """In order; those of one leg do not overlap."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPassage:
    """A passage, and how it was found."""

    chunk: Chunk
    vector_score: float | None = None
    """Cosine with the query, -1 to 1; None if the vector search did not find the passage."""
    keyword_score: float | None = None
    """BM25, larger is better; None if the keyword search did not find the passage."""
    excerpt: Excerpt | None = None
    """None where nothing was searched for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A found document, with its best passage."""

    path: str
    score: float
    """Fused score; only its order means something."""
    best: FoundPassage
    more: tuple[FoundPassage, ...] = ()
    """Further passages, best first."""
    why: str = ""
    """Why it was found, in one sentence."""
    copies: tuple[str, ...] = ()
    """Other files with the same text, or nearly the same."""
    file_type: FileType
    modified_ns: int
    """Unix time, as of when the file was read."""
    title: str = ""
    passages: int = 0
    """Passages of the document in the index."""
    matched_words: tuple[str, ...] = ()
    """Words of the query that stand in the best passage, as they stand there."""
    name_highlights: tuple[Highlight, ...] = ()
    """Where the query stands in the last part of the path."""
    rerank_score: float | None = None
    """Probability that the document answers the query, as a reranking model has it; None where none was asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddingModel:
    """The model that the daemon embeds with, as far as the index cares."""

    name: str
    fingerprint: str
    """Names its vector space: vectors of equal fingerprint may be compared, others never."""
    dimensions: int
    max_passage_tokens: int
    """Tokens of the longest text that is not cut, the model's prompt and special tokens not counted."""
