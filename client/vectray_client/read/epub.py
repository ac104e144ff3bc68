"""EPUB: the chapters in the order of the spine, each a web page. https://www.w3.org/TR/epub-33/"""

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import unquote
from zipfile import ZipFile

from lxml import etree

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.archive import open_archive
from vectray_client.read.assembly import Piece, assembled, first_heading, one_line
from vectray_client.read.contents import Entry, with_headings
from vectray_client.read.labelled import decode_labelled, label_in_markup
from vectray_client.read.refusals import DAMAGED, failed
from vectray_client.read.webpage import page_pieces
from vectray_client.read.xmltree import attribute, local_name, parse, text_of

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_NCX = "application/x-dtbncx+xml"
# XML may close an element as it opens it; to HTML the rest of the book would be the title.
_SELF_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)([a-zA-Z][\w:-]*)((?:\s[^<>]*?)?)/>"
)
_COPY_PROTECTED = failed("the book is protected against copying")


class _Item(NamedTuple):
    """A line of the manifest."""

    path: str
    """In the archive."""
    media_type: str
    is_navigation: bool
    """EPUB 3 marks its table of contents so."""


def extract_epub(content: bytes) -> Extracted | Refusal:
    """The whole book; where its pages mark no headings, those of its table of contents."""
    archive = open_archive(content)
    if isinstance(archive, Refusal):
        return archive
    package_path = _package_path(archive)
    if package_path not in archive.NameToInfo:
        return DAMAGED
    package = parse(archive.read(package_path), forgiving=True)
    items = _items(package, package_path)
    chapters = [path for path in _spine(package, items) if path in archive.NameToInfo]
    if set(chapters) & _encrypted(archive):
        return _COPY_PROTECTED
    pages = [_chapter(archive.read(path)) for path in chapters]
    unmarked = {
        path: number
        for number, (path, page) in enumerate(zip(chapters, pages, strict=True))
        if not any(piece.level for piece in page)
    }
    entries = _contents(archive, items.values(), unmarked)
    pieces = [piece for page in with_headings(pages, entries) for piece in page]
    title = next((one_line(text_of(element)) for element in package.iter("{*}title")), "")
    return assembled(pieces, title=title or first_heading(pieces))


def _package_path(archive: ZipFile) -> str:
    if _CONTAINER not in archive.NameToInfo:
        return ""
    container = parse(archive.read(_CONTAINER), forgiving=True)
    return next((attribute(file, "full-path") for file in container.iter("{*}rootfile")), "")


def _items(package: etree._Element, package_path: str) -> dict[str, _Item]:
    """What the manifest lists, by its id."""
    return {
        attribute(item, "id"): _Item(
            path=_resolved(package_path, attribute(item, "href")),
            media_type=attribute(item, "media-type"),
            is_navigation="nav" in attribute(item, "properties").split(),
        )
        for item in package.iter("{*}item")
    }


def _spine(package: etree._Element, items: dict[str, _Item]) -> Iterator[str]:
    """The chapters' paths, each once: a book that is a loop ends all the same."""
    references = dict.fromkeys(attribute(reference, "idref") for reference in package.iter("{*}itemref"))
    chapters = (items[identifier] for identifier in references if identifier in items)
    yield from (chapter.path for chapter in chapters if chapter.media_type in _PAGES)


def _chapter(content: bytes) -> list[Piece]:
    markup = decode_labelled(content, label_in_markup(content)) or ""
    return page_pieces(_SELF_CLOSED.sub(r"<\1\2></\1>", markup))[0]


def _contents(archive: ZipFile, items: Iterable[_Item], chapters: Mapping[str, int]) -> Iterator[Entry]:
    """What the book's table of contents says of the given chapters, whose numbers are its pages: EPUB 3's or EPUB 2's."""
    listed = [item for item in items if item.path in archive.NameToInfo]
    tables = [item for item in listed if item.is_navigation] or [
        item for item in listed if item.media_type == _NCX
    ]
    for table in tables:
        root = parse(archive.read(table.path), forgiving=True)
        for depth, target, title in _lines(root):
            number = chapters.get(_resolved(table.path, target))
            if number is not None and title:
                yield Entry(page=number, level=max(1, min(6, depth)), title=one_line(title))


def _lines(table: etree._Element) -> Iterator[tuple[int, str, str]]:
    """Depth, target and title of each line. Lists within lists in EPUB 3, points within points in EPUB 2."""
    for link in table.iter("{*}a"):
        depth = sum(local_name(above) == "ol" for above in link.iterancestors())
        yield depth, attribute(link, "href"), text_of(link)
    for point in table.iter("{*}navPoint"):
        depth = 1 + sum(local_name(above) == "navPoint" for above in point.iterancestors())
        targets = [attribute(found, "src") for found in point.iterchildren("{*}content")]
        titles = [text_of(found) for found in point.iterchildren("{*}navLabel")]
        yield depth, "".join(targets[:1]), "".join(titles[:1])


def _encrypted(archive: ZipFile) -> set[str]:
    """The members that only a licensed reader can decrypt (fonts are mangled this way in free books too)."""
    if _ENCRYPTION not in archive.NameToInfo:
        return set()
    root = parse(archive.read(_ENCRYPTION), forgiving=True)
    return {unquote(attribute(found, "URI")) for found in root.iter("{*}CipherReference")}


def _resolved(base: str, reference: str) -> str:
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)).lstrip("/")
