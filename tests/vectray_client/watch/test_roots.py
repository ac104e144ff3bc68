import pytest

from vectray_client.watch.roots import RootVerdict, verdict


@pytest.mark.parametrize(
    ("is_same", "files_known", "files_found", "expected"),
    [
        (True, 1000, 1000, RootVerdict.SAME),
        (True, 1000, 0, RootVerdict.SAME),
        (False, 0, 0, RootVerdict.ACCEPTED),
        (False, 1000, 1000, RootVerdict.ACCEPTED),
        (False, 1000, 500, RootVerdict.ACCEPTED),
        (False, 1000, 499, RootVerdict.SWAPPED),
        (False, 1, 0, RootVerdict.SWAPPED),
    ],
)
def test_another_directory_needs_the_same_files(
    files_known: int, files_found: int, expected: RootVerdict, *, is_same: bool
) -> None:
    """An emptied folder has lost its files; an empty mount point has not; a restored backup is the folder again."""
    assert verdict(is_same=is_same, files_known=files_known, files_found=files_found) is expected
