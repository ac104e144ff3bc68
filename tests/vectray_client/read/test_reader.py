import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.vectray_client.read.samples import pdf, write_tokenizer

from vectray_client.domain import Document, FileType, Refusal, Verdict
from vectray_client.read.options import ReadOptions, TokenizerUnusable
from vectray_client.read.reader import read
from vectray_client.read.recipe import RECIPE


@pytest.fixture
def options(tmp_path: Path) -> ReadOptions:
    """For the simplest of tokenizers."""
    return ReadOptions(tokenizer_path=write_tokenizer(tmp_path), max_tokens=64)


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.txt", "第一段。\r\nSecond.".encode("gb18030"), (FileType.TEXT, "", "第一段。\nSecond.")),
        ("a.md", b"# Title\n\nText", (FileType.MARKDOWN, "Title", "# Title\n\nText")),
        ("a.py", b"def f():\n    pass\n", (FileType.CODE, "", "def f():\n    pass")),
        ("a.html", b"<title>T</title><p>Text", (FileType.HTML, "T", "Text")),
        ("a.pdf", pdf(["Text"]), (FileType.PDF, "", "Text")),
    ],
)
def test_a_file_becomes_a_document(
    tmp_path: Path, options: ReadOptions, name: str, content: bytes, expected: tuple[FileType, str, str]
) -> None:
    """Its type, its title, its passages and the hash of its bytes."""
    (tmp_path / name).write_bytes(content)
    document = read(str(tmp_path / name), options)
    assert isinstance(document, Document)
    assert (document.file_type, document.title, document.chunks[0].text) == expected
    assert document.sha256 == hashlib.sha256(content).hexdigest()
    assert document.recipe == RECIPE


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jpg", b"JFIF", (Verdict.SKIPPED, "files of its type are not read yet")),
        ("a.txt", b"", (Verdict.SKIPPED, "it is empty")),
        ("a.txt", b" \n\t", (Verdict.SKIPPED, "there is no text in it")),
        ("a.md", b"---\n\n***\n", (Verdict.SKIPPED, "there is no text in it")),
        ("a.html", b"<script>x</script>", (Verdict.SKIPPED, "there is no text in it")),
        ("a.pdf", b"Dear reader", (Verdict.FAILED, "its content is not what its name says")),
        ("a.pdf", b"%PDF-1.4 cut off", (Verdict.FAILED, "the PDF is damaged")),
    ],
)
def test_a_file_without_passages_says_why(
    tmp_path: Path, options: ReadOptions, name: str, content: bytes, expected: tuple[Verdict, str]
) -> None:
    """One sentence for the person who wonders, without the path."""
    (tmp_path / name).write_bytes(content)
    verdict, reason = expected
    assert read(str(tmp_path / name), options) == Refusal(verdict=verdict, reason=reason)


def test_a_tokenizer_that_cannot_be_loaded_is_no_refusal(tmp_path: Path, options: ReadOptions) -> None:
    """Otherwise every file of a folder would be remembered as unreadable."""
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(TokenizerUnusable, match="No such file"):
        read(str(tmp_path / "a.txt"), replace(options, tokenizer_path=str(tmp_path / "none.json")))


def test_a_reader_loads_nothing_that_speaks_to_the_network() -> None:
    """Not by itself and not by what it imports: what is not there cannot be talked into anything."""
    code = "import sys, vectray_client.read.reader; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True
    )
    loaded = set(done.stdout.split())
    assert "pypdfium2" in loaded
    assert (
        loaded & {"grpc", "google", "asyncio", "ssl", "http", "requests", "httpx", "huggingface_hub"} == set()
    )
