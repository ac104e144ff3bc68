import hashlib
import os
import threading
import time
from pathlib import Path

import pytest

from vectray_client.domain import FileType, Refusal, Verdict
from vectray_client.read.digest import Digest, digest
from vectray_client.read.options import Limits


@pytest.mark.parametrize("size", [1, 65_536, 65_537, 3_000_001])
def test_a_digest_names_the_content(tmp_path: Path, size: int) -> None:
    """The hash of all bytes, the type by the name, and the state that `lstat` shows."""
    path = tmp_path / "note.md"
    path.write_bytes(b"x" * size)
    seen = path.lstat()
    assert digest(str(path)) == Digest(
        state=(seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino),  # type: ignore[arg-type] # equal as tuples
        sha256=hashlib.sha256(b"x" * size).hexdigest(),
        file_type=FileType.MARKDOWN,
    )


@pytest.mark.parametrize(
    ("name", "content", "verdict", "reason"),
    [
        ("a.exe", b"text", Verdict.SKIPPED, "files of its type are not read yet"),
        ("a.txt", b"", Verdict.SKIPPED, "it is empty"),
        ("a.txt", b"text\0", Verdict.SKIPPED, "it is a binary file"),
        ("a.txt", b"x" * 2_000_001, Verdict.SKIPPED, "it is larger than 2 MB"),
        ("a.pdf", b"Dear reader", Verdict.FAILED, "its content is not what its name says"),
    ],
)
def test_what_no_reader_is_to_have_is_refused(
    tmp_path: Path, name: str, content: bytes, verdict: Verdict, reason: str
) -> None:
    """Before any process is troubled with it."""
    path = tmp_path / name
    path.write_bytes(content)
    assert digest(str(path), Limits(max_text_bytes=2_000_000)) == Refusal(verdict=verdict, reason=reason)


def test_a_file_that_changes_meanwhile_is_to_be_tried_again(tmp_path: Path) -> None:
    """A hash of half the old and half the new bytes would name a content that never was."""
    path = tmp_path / "a.log"
    path.write_bytes(b"line\n" * 4_000_000)
    stop = threading.Event()

    def append() -> None:
        with path.open("ab") as file:
            while not stop.is_set():
                file.write(b"line\n")
                file.flush()

    writer = threading.Thread(target=append)
    writer.start()
    try:
        answer = digest(str(path))
    finally:
        stop.set()
        writer.join()
    assert answer == Refusal(verdict=Verdict.FAILED, reason="it changed while it was read", is_transient=True)


def test_what_never_ends_holds_nobody_up(tmp_path: Path) -> None:
    """A FIFO without a writer, a device without an end, a file of the kernel's without a size."""
    os.mkfifo(tmp_path / "fifo.txt")
    started = time.monotonic()
    answers = [digest(path) for path in (str(tmp_path / "fifo.txt"), "/dev/zero", "/proc/kmsg")]
    assert time.monotonic() - started < 1
    assert [answer.reason for answer in answers if isinstance(answer, Refusal)] == [
        "it is not an ordinary file",
        "it is not an ordinary file",
        "it is empty",
    ]
