import os
from pathlib import Path

import pytest

from vectray_client.domain import Refusal, Verdict
from vectray_client.read.admission import admit
from vectray_client.read.options import Limits


def _admit(path: Path, *, signature: bytes | None = None, **limits: int) -> bytes | Refusal:
    return admit(str(path), limits=Limits(**limits), signatures=(signature,) if signature else ())


def _refused(answer: bytes | Refusal) -> tuple[Verdict, str]:
    assert isinstance(answer, Refusal)
    return answer.verdict, answer.reason


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    "content",
    [
        b"a",
        "Größe und 大小\n".encode(),
        "机器学习，abc。\n".encode("utf-16"),
        "plain ASCII in two bytes each\n".encode("utf-16-le"),
        "机器学习 is a branch of 人工智能。\n一二三\n".encode("utf-16-be"),
        "a\U0001f600".encode("utf-32"),
        b"\x1b[31mred\x1b[0m log line\r\n",
        "汉字".encode("gb18030"),
        b"x" * 200_000,
    ],
)
def test_text_of_any_encoding_is_admitted_whole(tmp_path: Path, content: bytes) -> None:
    """All bytes of an ordinary text file come back unchanged."""
    assert _admit(_file(tmp_path, content)) == content


@pytest.mark.parametrize(
    "content",
    [b"\0", b"text with a\0NUL", bytes(range(256)) * 16, b"<p>a\0bc</p>\n" * 9, b"\1\2\3 and some text" * 9],
)
def test_binary_content_is_skipped(tmp_path: Path, content: bytes) -> None:
    """NUL bytes that are no UTF-16, or many control bytes, make a file binary."""
    assert _refused(_admit(_file(tmp_path, content))) == (Verdict.SKIPPED, "it is a binary file")


def test_an_empty_file_is_skipped(tmp_path: Path) -> None:
    """Nothing in it is no failure."""
    assert _refused(_admit(_file(tmp_path, b""))) == (Verdict.SKIPPED, "it is empty")


def test_a_file_over_its_limit_is_skipped_without_being_read(tmp_path: Path) -> None:
    """200 GB of holes take no longer to refuse than an empty file."""
    path = _file(tmp_path, b"")
    os.truncate(path, 200_000_000_000)
    assert _refused(_admit(path)) == (Verdict.SKIPPED, "it is larger than 64 MB")


def test_containers_have_a_limit_of_their_own(tmp_path: Path) -> None:
    """What is told by a signature holds pictures too, and may be larger than text."""
    path = _file(tmp_path, b"%PDF-1.7 " + b" " * 2_000_000)
    assert isinstance(_admit(path, signature=b"%PDF-", max_text_bytes=1_000_000), bytes)
    answer = _admit(path, signature=b"%PDF-", max_container_bytes=1_000_000)
    assert _refused(answer) == (Verdict.SKIPPED, "it is larger than 1 MB")


def test_a_file_of_holes_is_skipped(tmp_path: Path) -> None:
    """A text head does not make the emptiness behind it worth reading."""
    path = _file(tmp_path, b"A text.\n" * 9)
    os.truncate(path, 30_000_000)
    assert _refused(_admit(path)) == (Verdict.SKIPPED, "it is mostly holes (a sparse file)")


def test_content_that_belies_the_name_fails(tmp_path: Path) -> None:
    """A file without its type's signature near the start is not given to that type's library."""
    answer = _admit(_file(tmp_path, b"Dear reader"), signature=b"%PDF-")
    assert _refused(answer) == (Verdict.FAILED, "its content is not what its name says")


def test_a_signature_may_come_late(tmp_path: Path) -> None:
    """Mail gateways and printers put lines before the header of a PDF; readers accept that."""
    content = b"@PJL SET COPIES\r\n" * 9 + b"%PDF-1.4"
    assert _admit(_file(tmp_path, content), signature=b"%PDF-") == content


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Neither a link to a good file nor one to itself leads anywhere."""
    (tmp_path / "good").symlink_to(_file(tmp_path, b"text"))
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    reason = (Verdict.SKIPPED, "it is a link, and links are not followed")
    assert [_refused(_admit(tmp_path / name)) for name in ("good", "loop")] == [reason, reason]


def test_what_is_no_ordinary_file_is_skipped_at_once(tmp_path: Path) -> None:
    """A FIFO that nobody writes to holds nothing up."""
    os.mkfifo(tmp_path / "fifo")
    assert _refused(_admit(tmp_path)) == (Verdict.SKIPPED, "it is a folder")
    assert _refused(_admit(tmp_path / "fifo")) == (Verdict.SKIPPED, "it is not an ordinary file")


def test_a_vanished_file_fails(tmp_path: Path) -> None:
    """Between the scan and the reading a file may go, or the folder it is in."""
    reason = (Verdict.FAILED, "it vanished before it was read")
    assert _refused(_admit(tmp_path / "gone")) == reason
    assert _refused(_admit(_file(tmp_path, b"now a file") / "below")) == reason


def test_a_name_that_the_system_refuses_fails_with_the_systems_words(tmp_path: Path) -> None:
    """Whatever else the system says is passed on, without the path."""
    verdict, reason = _refused(_admit(tmp_path / ("x" * 300)))
    assert (verdict, reason) == (Verdict.FAILED, "the system could not read it (File name too long)")
