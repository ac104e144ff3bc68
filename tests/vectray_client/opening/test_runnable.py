from pathlib import Path

import pytest

from vectray_client.opening.runnable import is_runnable


@pytest.mark.parametrize(
    ("name", "content", "mode"),
    [
        ("发票.desktop", b"", 0o600),
        ("SETUP.EXE", b"", 0o600),
        ("notes.py", b"import os", 0o600),
        ("tool", b"\x7fELF\x02", 0o600),
        ("tool", b"reboot", 0o700),
        ("tool", b"#!/bin/sh", 0o600),
        ("a.txt", b"#!/bin/sh", 0o600),
        ("a.txt", b"\xef\xbb\xbf#!/bin/sh", 0o600),
        ("a.txt", b"\n[Desktop Entry]\nExec=reboot", 0o600),
        ("a.pdf", b"MZ\x90", 0o600),
    ],
)
def test_what_a_desktop_might_run_is_known(tmp_path: Path, name: str, content: bytes, mode: int) -> None:
    """By name, by mode, or by how it begins: one of them is enough."""
    file = tmp_path / name
    file.write_bytes(content)
    file.chmod(mode)
    assert is_runnable(str(file))


@pytest.mark.parametrize("mode", [0o600, 0o777])
@pytest.mark.parametrize("name", ["报告.pdf", "a.MD", "notes.txt", "page.html", "table.xlsx"])
def test_documents_are_for_reading(tmp_path: Path, name: str, mode: int) -> None:
    """On drives of other systems every file may be executed."""
    file = tmp_path / name
    file.write_bytes(b"%PDF or words")
    file.chmod(mode)
    assert not is_runnable(str(file))
