"""A PDF's bookmarks: the only headings that PDF knows for certain."""

from collections.abc import Iterator
from itertools import islice

import pypdfium2

from vectray_client.read.assembly import one_line
from vectray_client.read.contents import Entry
from vectray_client.read.normalise import normalise

_MAX_DEPTH = 6
_MAX_ENTRIES = 20_000  # a bookmark may lead back to an earlier one


def outline(document: pypdfium2.PdfDocument) -> Iterator[Entry]:
    """The bookmarks that lead to a page, in their order."""
    for bookmark in islice(document.get_toc(max_depth=_MAX_DEPTH), _MAX_ENTRIES):
        target = bookmark.get_dest()
        page = target.get_index() if target else None
        try:
            title = one_line(normalise(bookmark.get_title()))
        except UnicodeDecodeError:  # half a character in it
            continue
        if page is not None and title:
            yield Entry(page=page, level=bookmark.level + 1, title=title)
