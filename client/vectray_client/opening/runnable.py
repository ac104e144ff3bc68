"""Whether opening a file the usual way might run it. When in doubt, it might."""

import os
import stat
from typing import Final

_RUN: Final = frozenset(
    """
    .desktop .appimage .run .bin .sh .bash .zsh .fish .csh .ksh .command .tool .workflow .app .pkg .dmg .deb .rpm .flatpakref .snap
    .exe .com .bat .cmd .msi .msp .scr .pif .cpl .hta .lnk .url .inf .reg .scf .gadget .application .appref-ms .msc .jar .jnlp
    .ps1 .psm1 .vbs .vbe .js .jse .mjs .ws .wsf .wsh .sct .py .pyw .pyc .pyz .pyzw .pl .rb .php .tcl .lua .awk .scpt .applescript
    .terminal .webloc .action .xpi .crx .ahk .au3 .elc .xbe .service .mount .automount
    """.split()  # noqa: SIM905 - a hundred quoted words would be harder to read
)
"""What desktops start, install or interpret where a person opens it."""

_READ: Final = frozenset(
    """
    .txt .text .md .markdown .rst .org .tex .csv .tsv .log .json .xml .yaml .yml .toml .ini .html .htm .xhtml .pdf .epub .rtf
    .docx .pptx .xlsx .doc .ppt .xls .odt .eml .ipynb .c .h .cpp .hpp .cc .java .go .rs .ts .css .sql
    """.split()  # noqa: SIM905 - as above
)
"""What is opened for reading even where the file may be executed: on drives from other systems every file may."""

_MAGIC: Final = (
    b"#!",
    b"\x7fELF",
    b"MZ",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"[Desktop Entry]",
)
"""Scripts, and programs of Linux, Windows, Java and macOS."""


def is_runnable(path: str) -> bool:
    """Whether a desktop might run the file instead of showing it, by its name, its mode and its first bytes.

    Raises:
        OSError: it cannot be looked at.

    """
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122 - paths are strings here
    if suffix in _RUN:
        return True
    if suffix not in _READ and os.stat(path).st_mode & (stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH):  # noqa: PTH116 - as above
        return True
    with open(path, "rb") as file:  # noqa: PTH123 - as above
        return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_MAGIC)
