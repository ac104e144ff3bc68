"""The formats that can be read, each with its extractor. A new family is one module and one entry here."""

from collections.abc import Callable, Mapping

from vectray_client.domain import Extracted, FileType, Refusal
from vectray_client.read.epub import extract_epub
from vectray_client.read.mail import extract_mail
from vectray_client.read.notebook import extract_notebook
from vectray_client.read.office import extract_office
from vectray_client.read.opendocument import extract_opendocument
from vectray_client.read.pdf import extract_pdf
from vectray_client.read.plain import extract_code, extract_markdown, extract_text
from vectray_client.read.rtf import extract_rtf
from vectray_client.read.webpage import extract_webpage

Extractor = Callable[[bytes], Extracted | Refusal]
"""From a file's bytes; what its library raises on a damaged file may escape."""

EXTRACTORS: Mapping[FileType, Extractor] = {
    FileType.TEXT: extract_text,
    FileType.MARKDOWN: extract_markdown,
    FileType.CODE: extract_code,
    FileType.HTML: extract_webpage,
    FileType.PDF: extract_pdf,
    FileType.DOCX: extract_office,
    FileType.PPTX: extract_office,
    FileType.XLSX: extract_office,
    FileType.DOC: extract_office,
    FileType.PPT: extract_office,
    FileType.XLS: extract_office,
    FileType.ODT: extract_opendocument,
    FileType.EPUB: extract_epub,
    FileType.RTF: extract_rtf,
    FileType.EML: extract_mail,
    FileType.IPYNB: extract_notebook,
}
