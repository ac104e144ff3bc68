import io
import struct
import zipfile

import pytest
from tests.vectray_client.read.packages import packed

from vectray_client.domain import Refusal, Verdict
from vectray_client.read.archive import open_archive, without_pictures


def _reason(content: bytes) -> str:
    answer = open_archive(content)
    assert isinstance(answer, Refusal)
    assert answer.verdict == Verdict.FAILED
    return answer.reason


def _with_sizes(*sizes: int) -> bytes:
    """Members that the directory says are of these sizes."""
    content = packed({f"{number}.xml": b"" for number in range(len(sizes))})
    for number, size in enumerate(sizes):
        place = content.index(b"PK\1\2", 0)
        for _ in range(number):
            place = content.index(b"PK\1\2", place + 4)
        content = content[: place + 24] + size.to_bytes(4, "little") + content[place + 28 :]
    return content


def test_an_archive_is_opened() -> None:
    """What is within all bounds is read as it is."""
    archive = open_archive(packed({"a.xml": "text"}))
    assert isinstance(archive, zipfile.ZipFile)
    assert archive.read("a.xml") == b"text"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\3\4garbage", "it is damaged, or made in a way that is not understood"),
        (packed({"a.xml": b" " * 20_000_000}), "it unpacks to more than 200 times its size"),
        (_with_sizes(300_000_000, 300_000_000), "it unpacks to more than 512 MB"),
        (
            packed({"a": "b"}).replace(b"\x14\0\0\0\x08\0", b"\x14\0\1\0\x08\0"),
            "it is protected by a password",
        ),
        (
            packed({"a": "b"}).replace(b"\x14\0\0\0\x08\0", b"\x14\0\0\0\x0e\0"),
            "it is packed in a way that documents are not",
        ),
    ],
)
def test_what_may_not_be_unpacked_is_refused(content: bytes, reason: str) -> None:
    """One plain sentence for a bomb, a lock, and an odd packing."""
    assert _reason(content) == reason


def test_an_archive_of_countless_parts_is_refused() -> None:
    """Looking at each of them would take longer than any document is worth."""
    entry = b"PK\1\2".ljust(28, b"\0") + b"\1".ljust(18, b"\0") + b"a"
    entries = entry * 50_001
    end = struct.pack("<4s4xHHIIH", b"PK\5\6", 50_001, 50_001, len(entries), 0, 0)
    assert "50,000 parts" in _reason(entries + end)


def test_pictures_are_left_out() -> None:
    """A parser that carries all pictures along would need as much memory as they."""
    content = packed(
        {"word/document.xml": "text", "word/media/a.PNG": b"picture" * 200_000, "docProps/t.jpeg": b"x"}
    )
    archive = open_archive(content)
    assert isinstance(archive, zipfile.ZipFile)
    slim = zipfile.ZipFile(io.BytesIO(without_pictures(content, archive)))
    assert {member.filename: slim.read(member) for member in slim.infolist()} == {
        "word/document.xml": b"text",
        "word/media/a.PNG": b"",
        "docProps/t.jpeg": b"",
    }
    plain = packed({"word/document.xml": "text"})
    opened = open_archive(plain)
    assert isinstance(opened, zipfile.ZipFile)
    assert without_pictures(plain, opened) is plain
