from vectray_client.domain import FileType
from vectray_client.read.extract import FORMATS


def test_every_type_can_be_read() -> None:
    """A type without an entry would be admitted by its name and fail at its content."""
    assert set(FORMATS) == set(FileType)
