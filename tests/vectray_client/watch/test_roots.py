import pytest

from vectray_client.watch.roots import is_swapped


@pytest.mark.parametrize(
    ("is_same", "files_known", "files_found", "expected"),
    [
        (True, 1000, 1000, False),
        (True, 1000, 0, False),
        (False, 0, 0, False),
        (False, 1000, 1000, False),
        (False, 1000, 500, False),
        (False, 1000, 499, True),
        (False, 1, 0, True),
    ],
)
def test_another_directory_needs_the_same_files(
    files_known: int, files_found: int, *, is_same: bool, expected: bool
) -> None:
    """An emptied folder has lost its files; an empty mount point has not; a restored backup is the folder again."""
    assert is_swapped(is_same=is_same, files_known=files_known, files_found=files_found) is expected
