"""Files that are their own text: plain text, Markdown and source code."""

from collections.abc import Callable

from vectray_client.domain import Block, Extracted, Refusal
from vectray_client.read.blocks import code_blocks, markdown_blocks, plain_blocks, title_of
from vectray_client.read.decoding import decode
from vectray_client.read.normalise import normalise
from vectray_client.read.refusals import BINARY


def extract_text(content: bytes) -> Extracted | Refusal:
    """Plain text, whatever it is about."""
    return _extract(content, plain_blocks)


def extract_markdown(content: bytes) -> Extracted | Refusal:
    """Markdown; its first heading of level 1 is the title."""
    return _extract(content, markdown_blocks)


def extract_code(content: bytes) -> Extracted | Refusal:
    """Source code of any language."""
    return _extract(content, code_blocks)


def _extract(content: bytes, blocks_of: Callable[[str], tuple[Block, ...]]) -> Extracted | Refusal:
    decoded = decode(content)
    if decoded is None:
        return BINARY
    text = normalise(decoded)
    blocks = blocks_of(text)
    return Extracted(text=text, blocks=blocks, title=title_of(text, blocks))
