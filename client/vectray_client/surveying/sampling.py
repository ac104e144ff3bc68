"""What language a folder's texts are in, by the beginnings of some of them."""

import heapq
import re
from typing import Final, NamedTuple
from zlib import crc32

from vectray_client.domain import FileType
from vectray_client.read.decoding import decode

HEAD_BYTES: Final = 16_384
"""Of each file: enough to tell languages apart. Two hundred thousand times that is what a folder may hold."""
_MOST_CHARACTERS = 4_000
"""Of each file, so that none speaks for all."""
_EACH = 30
"""Files that are the newest, and as many that are there by chance."""
_LEAST_LETTERS = 200
"""In all. Fewer tell nothing: a few names in a list."""
_SAMPLED: Final = frozenset((FileType.TEXT, FileType.MARKDOWN, FileType.HTML))
"""Formats whose text stands in the file as it is. Code is in English wherever it is written."""
_MARKUP: Final = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>", re.IGNORECASE | re.DOTALL)
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class _Head(NamedTuple):
    """The beginning of a file. The one with the smallest rank leaves first."""

    rank: int
    path: str
    is_markup: bool
    content: bytes


class Sample:
    """Holds the beginnings of 60 files at most, a megabyte: the newest, because a person has those in mind, and as many from all over."""

    def __init__(self) -> None:
        self._newest: list[_Head] = []
        self._by_chance: list[_Head] = []
        self._counted: dict[str, tuple[int, int]] = {}

    def offer(self, path: str, file_type: FileType, *, modified_ns: int, head: bytes) -> None:
        """Take in a file's beginning, if it is worth it."""
        if file_type not in _SAMPLED:
            return
        chance = crc32(path.encode())  # the same each time that somebody looks
        for heads, rank in ((self._newest, modified_ns), (self._by_chance, chance)):
            if len(heads) < _EACH:
                heapq.heappush(heads, _Head(rank, path, file_type is FileType.HTML, head[:HEAD_BYTES]))
            elif rank > heads[0].rank:
                heapq.heapreplace(heads, _Head(rank, path, file_type is FileType.HTML, head[:HEAD_BYTES]))

    def han_share(self) -> float | None:
        """Return the share of Han characters among the letters of the sample, 0 to 1; None if it has too few."""
        heads = {head.path: head for head in (*self._newest, *self._by_chance)}
        self._counted = {
            path: self._counted.get(path) or letters_in(head.content, is_markup=head.is_markup)
            for path, head in heads.items()
        }
        han = sum(counts[0] for counts in self._counted.values())
        letters = sum(counts[1] for counts in self._counted.values())
        return han / letters if letters >= _LEAST_LETTERS else None


def letters_in(head: bytes, *, is_markup: bool) -> tuple[int, int]:
    """Count the Han characters, and all letters, at the beginning of a text whose first bytes these are. Pure."""
    text = decode(head) or ""
    if is_markup:
        text = _MARKUP.sub(" ", text)
    text = text[:_MOST_CHARACTERS]
    return len(_HAN.findall(text)), sum(map(str.isalpha, text))
