"""The formats that can be read, each with its extractor. A new family is one module and one entry here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vectray_client.domain import Extracted, FileType, Refusal
from vectray_client.read import pdf
from vectray_client.read.plain import extract_code, extract_markdown, extract_text
from vectray_client.read.webpage import extract_webpage


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """How one type of file is told and read."""

    extract: Callable[[bytes], Extracted | Refusal]
    """From a file's bytes; what its library raises on a damaged file may escape."""
    signature: bytes | None = None
    """What such a file has near its start; None for formats that are text."""


FORMATS: Mapping[FileType, Format] = {
    FileType.TEXT: Format(extract=extract_text),
    FileType.MARKDOWN: Format(extract=extract_markdown),
    FileType.CODE: Format(extract=extract_code),
    FileType.HTML: Format(extract=extract_webpage),
    FileType.PDF: Format(extract=pdf.extract_pdf, signature=pdf.SIGNATURE),
}
