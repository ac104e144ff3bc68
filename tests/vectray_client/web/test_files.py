from pathlib import Path

import pytest

from vectray_client.web.files import check_indexed
from vectray_client.web.refusals import Refused


def test_only_what_lies_in_an_indexed_folder_is_opened(tmp_path: Path) -> None:
    """Links followed: a file that was swapped for a link out of the folder is none of its files any more."""
    folder, secret = tmp_path / "folder", tmp_path / "secret"
    folder.mkdir()
    secret.touch()
    (folder / "file").touch()
    (folder / "inner").symlink_to(folder / "file")
    (folder / "outer").symlink_to(secret)
    (folder / "way out").symlink_to(tmp_path)
    for inside in (folder / "file", folder / "inner", folder / "gone"):
        check_indexed(str(inside), [str(folder)])
    for outside in (
        secret,
        folder / "outer",
        folder / "way out" / "secret",
        folder / ".." / "secret",
        tmp_path / "folder2",
    ):
        with pytest.raises(Refused) as refused:
            check_indexed(str(outside), [str(folder)])
        assert (refused.value.status, refused.value.code) == (403, "NOT_INDEXED")
    with pytest.raises(Refused):
        check_indexed(str(folder / "file"), [])
