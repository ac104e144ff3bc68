import os

import pytest

from vectray_client.watch.shown import for_people, is_unicode


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/a/u\u0308.md", "/a/\u00fc.md"), (os.fsdecode(b"/a/\xff"), "/a/\\xff"), ("/a", "/a")],
)
def test_paths_are_shown_composed_and_printable(path: str, expected: str) -> None:
    """The same name is shown the same way, however it is written; what is no text is written out."""
    assert for_people(path) == expected
    assert is_unicode(for_people(path))
    assert is_unicode(path) == (path != os.fsdecode(b"/a/\xff"))
