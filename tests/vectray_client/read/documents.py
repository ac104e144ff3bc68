"""The same text in every format."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from email.message import EmailMessage

from reportlab.pdfgen.canvas import Canvas
from tests.vectray_client.read import samples  # noqa: F401 - registers the fonts
from tests.vectray_client.read.packages import docx, epub, html_part, odt, pptx, xlsx
from tests.vectray_client.read.story import STORY, Part, flat


def markdown(parts: Iterable[Part] = STORY) -> bytes:
    """Markdown, tables as lines."""
    lines = (f"{'#' * part.level} {part.text}" if part.level else flat(part) for part in parts)
    return "\n\n".join(lines).encode()


def html(parts: Iterable[Part] = STORY) -> bytes:
    """A web page whose cells hold paragraphs, as office programs write them."""
    return f"<!DOCTYPE html><meta charset=utf-8><body>{''.join(map(html_part, parts))}".encode()


def rtf(parts: Iterable[Part] = STORY) -> bytes:
    """RTF, every character beyond ASCII by its number."""
    styles = "".join(rf"{{\s{level}\sbasedon0\fs32 heading {level};}}" for level in range(1, 4))
    return rf"{{\rtf1\ansi\ansicpg1252{{\stylesheet{styles}}}{''.join(map(_rtf_part, parts))}}}".encode(
        "ascii"
    )


def eml(parts: Iterable[Part] = STORY) -> bytes:
    """A mail with the text in both forms."""
    message = EmailMessage()
    message["Subject"] = "关于 the garden"
    message["From"] = "张三 <zhang@example.com>"
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0800"
    message.set_content("\n\n".join(flat(part) for part in parts))
    message.add_alternative(html(parts).decode(), subtype="html")
    return message.as_bytes()


def ipynb(parts: Iterable[Part] = STORY) -> bytes:
    """A notebook, one Markdown cell a part."""
    cells = [{"cell_type": "markdown", "source": [markdown([part]).decode()]} for part in parts]
    return json.dumps({"nbformat": 4, "cells": cells}).encode()


def pdf(parts: Iterable[Part] = STORY) -> bytes:
    """Pages with bookmarks, a new one for every heading of level 2."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    height = 760
    for number, part in enumerate(parts):
        if part.level == 2:
            canvas.showPage()
            height = 760
        canvas.setFont("STSong-Light", 12)
        if part.level:
            canvas.bookmarkPage(str(number))
            canvas.addOutlineEntry(part.text, str(number), level=part.level - 1)
        canvas.drawString(72, height, flat(part))
        height -= 30
    canvas.save()
    return buffer.getvalue()


WRITERS: Mapping[str, Callable[..., bytes]] = {
    "md": markdown,
    "html": html,
    "docx": docx,
    "pptx": pptx,
    "xlsx": xlsx,
    "odt": odt,
    "epub": epub,
    "rtf": rtf,
    "eml": eml,
    "ipynb": ipynb,
    "pdf": pdf,
}


def _rtf_part(part: Part) -> str:
    if part.cells:
        cells = "".join(rf"\intbl {_rtf_text(cell)}\cell " for cell in part.cells)
        return rf"\trowd\cellx1\cellx2 {cells}\row "
    style = rf"\s{part.level} " if part.level else ""
    return rf"\pard {style}{{{_rtf_text(part.text)}}}\par "


def _rtf_text(text: str) -> str:
    return "".join(
        character
        if character.isascii()
        else rf"\u{ord(character) - (0x10000 if ord(character) > 0x7FFF else 0)}?"
        for character in text
    )
