import pytest

from vectray_client.domain import FileType
from vectray_client.read.filetypes import file_type_of


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
        ("letter.docx", None),
        ("photo.jpg", None),
        ("archive.tar.gz", None),
    ],
)
def test_the_name_alone_decides_what_a_file_is_read_as(name: str, expected: FileType | None) -> None:
    """Suffixes count whatever their case; a name without one stands for text, an unknown one for nothing."""
    assert file_type_of(f"/some/folder.pdf/{name}") == expected


def test_every_type_has_a_suffix() -> None:
    """No type of file is in the table of formats and out of reach."""
    assert {file_type_of(f"a.{suffix}") for suffix in ("txt", "md", "py", "html", "pdf")} == set(FileType)
