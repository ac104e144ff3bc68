import json
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from tests.vectray_client.read.documents import WRITERS
from tests.vectray_client.read.story import HEADINGS, SENTENCES, STORY

from vectray_client.domain import Extracted, FileType
from vectray_client.read.extract import EXTRACTORS
from vectray_client.read.filetypes import file_type_of

WITHOUT_HEADINGS = ("xlsx", "eml", "txt")


def _read(name: str, content: bytes) -> Extracted:
    file_type = file_type_of(name)
    assert file_type is not None
    extracted = EXTRACTORS[file_type](content)
    assert isinstance(extracted, Extracted), extracted
    return extracted


def _squeezed(text: str) -> str:
    return "".join(text.split())


def test_every_type_can_be_read() -> None:
    """A type without an extractor would be admitted by its name and fail at its content."""
    assert set(EXTRACTORS) == set(FileType)


@pytest.mark.parametrize("suffix", WRITERS)
def test_every_format_keeps_text_and_headings_and_order(suffix: str) -> None:
    """The same text, Chinese and English, comes out of every format that people keep."""
    extracted = _read(f"a.{suffix}", WRITERS[suffix](STORY))
    flat = _squeezed(extracted.text)
    places = [flat.find(_squeezed(sentence)) for sentence in SENTENCES]
    assert -1 not in places
    assert places == sorted(places)
    if suffix not in WITHOUT_HEADINGS:
        shown = [
            extracted.text[block.start : block.end].lstrip("# ").split()
            for block in extracted.blocks
            if block.heading_level
        ]
        assert shown == [heading.split() for heading in HEADINGS]


@pytest.mark.parametrize("suffix", WRITERS)
def test_a_row_of_a_table_is_one_line(suffix: str) -> None:
    """What belongs together is found together."""
    assert "leek 韭葱 | March 三月" in _read(f"a.{suffix}", WRITERS[suffix](STORY)).text


@pytest.mark.parametrize("suffix", WRITERS)
def test_blocks_hold_all_text_in_order(suffix: str) -> None:
    """Between blocks is nothing but white space, and places name offsets in the text."""
    extracted = _read(f"a.{suffix}", WRITERS[suffix](STORY))
    edges = [
        0,
        *(edge for block in extracted.blocks for edge in (block.start, block.end)),
        len(extracted.text),
    ]
    assert edges == sorted(edges)
    assert not "".join(extracted.text[start:end] for start, end in list(pairwise(edges))[::2]).strip()
    offsets = [offset for offset, _ in extracted.cells]
    assert offsets == sorted(set(offsets))
    assert list(extracted.page_starts) == sorted(extracted.page_starts)


def _given_files() -> Iterator[Path]:
    folder = Path(os.environ.get("VECTRAY_TEST_FORMATS", ""))
    if (folder / "truth.json").is_file():
        yield from (path for path in sorted(folder.iterdir()) if file_type_of(path.name) is not None)


@pytest.mark.slow
@pytest.mark.parametrize("path", list(_given_files()), ids=lambda path: path.name)
def test_given_documents_keep_their_sentences(path: Path) -> None:
    """Of documents with a truth beside them (VECTRAY_TEST_FORMATS names their folder) hardly a sentence is missed."""
    truth = json.loads((path.parent / "truth.json").read_text("utf-8")).get(path.stem)
    if truth is None:
        pytest.skip("nothing is known of it")
    extracted = _read(path.name, path.read_bytes())
    flat = _squeezed(extracted.text)
    places = [flat.find(_squeezed(sentence)) for sentence in truth["sent"]]
    found = [place for place in places if place >= 0]
    assert len(found) >= 0.97 * len(places)
    assert found == sorted(found)
