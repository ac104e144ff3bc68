"""EPUB: the chapters in the order of the spine, each a web page. https://www.w3.org/TR/epub-33/"""

import posixpath
import re
from collections.abc import Iterator
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
# XML may close an element as it opens it; to HTML the rest of the book would be the title.
_SELF_CLOSED = re.compile(
    r"<(?!(?:area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)\b)([a-zA-Z][\w:-]*)((?:\s[^<>]*?)?)/>"
)
_COPY_PROTECTED = failed("the book is protected against copying")


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
    entries = [entry for entry in _contents(archive, items, unmarked) if entry.title]
    pieces = [piece for page in with_headings(pages, entries) for piece in page]
    title = next((one_line(text_of(element)) for element in package.iter("{*}title")), "")
    return assembled(pieces, title=title or first_heading(pieces))


def _package_path(archive: ZipFile) -> str:
    if _CONTAINER not in archive.NameToInfo:
        return ""
    container = parse(archive.read(_CONTAINER), forgiving=True)
    return next((attribute(file, "full-path") for file in container.iter("{*}rootfile")), "")


def _items(package: etree._Element, package_path: str) -> dict[str, tuple[str, str]]:
    """Path in the archive and media type of each item of the manifest, by its id."""
    return {
        attribute(item, "id"): (
            _resolved(package_path, attribute(item, "href")),
            attribute(item, "media-type"),
        )
        for item in package.iter("{*}item")
    }


def _spine(package: etree._Element, items: dict[str, tuple[str, str]]) -> Iterator[str]:
    """The chapters' paths, each once: a book that is a loop ends all the same."""
    references = dict.fromkeys(attribute(reference, "idref") for reference in package.iter("{*}itemref"))
    for identifier in references:
        path, media_type = items.get(identifier, ("", ""))
        if media_type in _PAGES:
            yield path


def _chapter(content: bytes) -> list[Piece]:
    markup = decode_labelled(content, label_in_markup(content)) or ""
    return page_pieces(_SELF_CLOSED.sub(r"<\1\2></\1>", markup))[0]


def _contents(
    archive: ZipFile, items: dict[str, tuple[str, str]], chapters: dict[str, int]
) -> Iterator[Entry]:
    """What the book's navigation says of the given chapters, whose numbers are the pages: EPUB 3's, else EPUB 2's."""
    for path, _ in items.values():
        if path in archive.NameToInfo and path.endswith(".ncx"):
            root = parse(archive.read(path), forgiving=True)
            for point in root.iter("{*}navPoint"):
                target = next((attribute(found, "src") for found in point.iterchildren("{*}content")), "")
                label = next((text_of(found) for found in point.iterchildren("{*}navLabel")), "")
                number = chapters.get(_resolved(path, target))
                if number is not None:
                    depth = sum(local_name(above) == "navPoint" for above in point.iterancestors())
                    yield Entry(page=number, level=min(6, depth + 1), title=one_line(label))


def _encrypted(archive: ZipFile) -> set[str]:
    """The members that only a licensed reader can decrypt (fonts are mangled this way in free books too)."""
    if _ENCRYPTION not in archive.NameToInfo:
        return set()
    root = parse(archive.read(_ENCRYPTION), forgiving=True)
    return {unquote(attribute(found, "URI")) for found in root.iter("{*}CipherReference")}


def _resolved(base: str, reference: str) -> str:
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)).lstrip("/")
