import pytest

from vectray_client.domain import Chunk, FileType
from vectray_client.opening.places import Place, place_of


@pytest.mark.parametrize("file_type", FileType)
def test_lines_are_those_of_files_that_are_read_as_they_are(file_type: FileType) -> None:
    """The line of a text that was extracted means nothing to another program."""
    place = place_of(Chunk(text="t", start=0, end=1, line=7), file_type)
    assert place == Place(line=7 if file_type in ("text", "markdown", "code") else None)


def test_pages_are_known_of_whatever_has_them() -> None:
    """A viewer counts as the index does."""
    assert place_of(Chunk(text="t", start=0, end=1, page=2), FileType.PDF) == Place(page=2)
