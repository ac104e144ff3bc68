"""E-mail, single messages as programs save them: `.eml`, Apple's `.emlx`, and web archives (`.mht`)."""

import re
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.message import Message

from vectray_client.domain import Extracted, Refusal
from vectray_client.read.assembly import Piece, assembled, one_line
from vectray_client.read.blocks import plain_blocks
from vectray_client.read.labelled import decode_labelled, label_in_markup
from vectray_client.read.normalise import normalise
from vectray_client.read.refusals import failed
from vectray_client.read.webpage import page_pieces

_LENGTH_LINE = re.compile(rb"\s*\d+\s*\n")  # what Apple puts before the message
_SHOWN_HEADERS = ("From", "To", "Cc", "Date")
# The parser's time grows with depth times length: three thousand parts inside each other would take it minutes.
_MAX_DEPTH = 30
_BOUNDARY = re.compile(
    rb"\bboundary\s*=\s*(?:\"(?P<quoted>[^\"\r\n]+)\"|(?P<bare>[^\s\";]+))|^--(?P<closed>.+?)--\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_TOO_DEEP = failed(f"its parts are nested more than {_MAX_DEPTH} deep")


def extract_mail(content: bytes) -> Extracted | Refusal:
    """The subject as title, who wrote to whom and when, the text, the names of what is attached, and mails within."""
    length = _LENGTH_LINE.match(content)
    source = content[length.end() :] if length else content
    if _is_too_deep(source):
        return _TOO_DEEP
    message = message_from_bytes(source)
    return assembled(_message(message, depth=1), title=_header(message, "Subject"))


def _is_too_deep(source: bytes) -> bool:
    if source.lower().count(b"boundary") <= _MAX_DEPTH:
        return False
    still_open = Counter[bytes]()
    for found in _BOUNDARY.finditer(source):
        if found["closed"] is None:
            still_open[found["quoted"] or found["bare"]] += 1
        elif still_open[found["closed"]]:
            still_open[found["closed"]] -= 1
        if still_open.total() > _MAX_DEPTH:
            return True
    return False


def _message(message: Message, *, depth: int) -> Iterator[Piece]:
    if depth > _MAX_DEPTH:
        return
    yield Piece(_header(message, "Subject"), level=min(6, depth))
    shown = [(name, _header(message, name)) for name in _SHOWN_HEADERS]
    yield Piece("\n".join(f"{name}: {value}" for name, value in shown if value))
    yield from _part(message, depth=depth)


def _part(part: Message, *, depth: int) -> Iterator[Piece]:
    kind = part.get_content_type()
    name = _decoded(part.get_filename() or "")
    if kind == "multipart/alternative":
        yield from _preferred(part, depth=depth)
    elif part.is_multipart():
        for inner in _inner(part):
            is_mail = kind == "message/rfc822"
            yield from _message(inner, depth=depth + 1) if is_mail else _part(inner, depth=depth)
    elif name or part.get_content_disposition() == "attachment":
        yield Piece(f"Attachment: {name}" if name else "")
    elif kind == "text/html":
        payload = _payload(part)
        charset = part.get_content_charset() or label_in_markup(payload)
        yield from page_pieces(decode_labelled(payload, charset) or "")[0]
    elif kind == "text/plain" or part.get_content_maintype() == "multipart":
        yield from _plain(decode_labelled(_payload(part), part.get_content_charset()) or "")


def _preferred(part: Message, *, depth: int) -> list[Piece]:
    """Of several forms of one text the plain one, or the first that says anything."""
    forms = sorted(_inner(part), key=lambda inner: inner.get_content_type() != "text/plain")
    read = (list(_part(form, depth=depth)) for form in forms)
    return next((pieces for pieces in read if any(piece.text.strip() for piece in pieces)), [])


def _inner(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [inner for inner in payload if isinstance(inner, Message)] if isinstance(payload, list) else []


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _plain(text: str) -> Iterator[Piece]:
    text = normalise(text)
    for block in plain_blocks(text):
        yield Piece(text[block.start : block.end])


def _header(message: Message, name: str) -> str:
    return _decoded(message.get(name, ""))


def _decoded(value: str | Header) -> str:
    try:
        words = decode_header(value)
    except (HeaderParseError, ValueError):
        return one_line(normalise(str(value)))
    return one_line(normalise("".join(_word(word, charset) for word, charset in words)))


def _word(word: bytes | str, charset: str | None) -> str:
    """Part of a header; where no charset is named the bytes tell, as old programs wrote them raw."""
    if isinstance(word, bytes):
        return decode_labelled(word, charset) or ""
    return word
