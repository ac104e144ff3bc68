import pytest

from vectray_client.domain import FileType
from vectray_client.read.filetypes import file_type_of, signatures_of


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("notes.txt", FileType.TEXT),
        ("NOTES.TXT", FileType.TEXT),
        ("table.csv", FileType.TEXT),
        ("guide.rst", FileType.TEXT),
        ("read.me.md", FileType.MARKDOWN),
        ("page.HTM", FileType.HTML),
        ("paper.pdf", FileType.PDF),
        ("main.py", FileType.CODE),
        ("Makefile", FileType.CODE),
        ("CMakeLists.txt", FileType.CODE),
        ("README", FileType.TEXT),
        (".profile", FileType.TEXT),
        ("53068", FileType.TEXT),
        ("mail.", FileType.TEXT),
        ("letter.DOCX", FileType.DOCX),
        ("form.dotm", FileType.DOCX),
        ("talk.ppsx", FileType.PPTX),
        ("sheet.xlsm", FileType.XLSX),
        ("old.doc", FileType.DOC),
        ("old.pps", FileType.PPT),
        ("old.xls", FileType.XLS),
        ("sheet.ods", FileType.ODT),
        ("novel.epub", FileType.EPUB),
        ("letter.rtf", FileType.RTF),
        ("saved.mht", FileType.EML),
        ("study.ipynb", FileType.IPYNB),
        ("messages.pot", FileType.TEXT),
        ("photo.jpg", None),
        ("archive.tar.gz", None),
    ],
)
def test_the_name_alone_decides_what_a_file_is_read_as(name: str, expected: FileType | None) -> None:
    """Suffixes count whatever their case; a name without one stands for text, an unknown one for nothing."""
    assert file_type_of(f"/some/folder.pdf/{name}") == expected


def test_every_type_has_a_suffix() -> None:
    """No type of file is in the table of extractors and out of reach."""
    suffixes = "txt md py html pdf docx pptx xlsx doc ppt xls odt epub rtf eml ipynb"
    assert {file_type_of(f"a.{suffix}") for suffix in suffixes.split()} == set(FileType)


def test_text_has_no_signature() -> None:
    """What has one may hold any bytes after it; what has none must look like text."""
    textual = {FileType.TEXT, FileType.MARKDOWN, FileType.CODE, FileType.HTML, FileType.EML, FileType.IPYNB}
    assert {file_type for file_type in FileType if not signatures_of(file_type)} == textual
