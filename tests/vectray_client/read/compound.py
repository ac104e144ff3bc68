"""Compound files, the archives of old Office: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb/"""

import struct
from collections.abc import Mapping, Sequence

_SECTOR_BYTES = 512
_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SMALLEST_STREAM_BYTES = 4_096  # smaller ones would live in a second, finer archive


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """One storage that holds the streams, each padded to 4 KB."""
    sectors: list[bytes] = []
    chain: list[int] = []
    entries = [_entry("Root Entry", kind=5, child=1, start=_END, size=0)]
    for number, (name, content) in enumerate(streams.items(), start=1):
        padded = content.ljust(_SMALLEST_STREAM_BYTES, b"\0")
        entries.append(
            _entry(
                name,
                kind=2,
                right=number + 1 if number < len(streams) else _FREE,
                start=len(sectors),
                size=len(padded),
            )
        )
        _append(padded, sectors, chain)
    directory_start = len(sectors)
    _append(b"".join(entries), sectors, chain)
    table_start = len(sectors)
    chain.append(_TABLE)
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR_BYTES, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, directory_start, 0, _SMALLEST_STREAM_BYTES, _END, 0, _END, 0),
        *(table_start, *[_FREE] * 108),
    )
    return header + b"".join(sectors) + table


def workbook_stream(sheet: str, rows: Sequence[Sequence[str]]) -> bytes:
    """BIFF8: one sheet of texts. https://learn.microsoft.com/openspecs/office_file_formats/ms-xls/"""
    body = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    for row, cells in enumerate(rows):
        for column, text in enumerate(cells):
            if not text:
                continue
            characters = struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
            body += _record(0x0204, struct.pack("<HHH", row, column, 0) + characters)
    body += _record(0x000A, b"")
    start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    name = struct.pack("<BB", len(sheet), 0) + sheet.encode("ascii")
    sheet_record_bytes = 4 + 6 + len(name)
    offset = len(start) + sheet_record_bytes + 4
    return start + _record(0x0085, struct.pack("<IBB", offset, 0, 0) + name) + _record(0x000A, b"") + body


def _record(number: int, content: bytes) -> bytes:
    return struct.pack("<HH", number, len(content)) + content


def _append(content: bytes, sectors: list[bytes], chain: list[int]) -> None:
    for start in range(0, len(content), _SECTOR_BYTES):
        sectors.append(content[start : start + _SECTOR_BYTES].ljust(_SECTOR_BYTES, b"\0"))
        chain.append(len(sectors))
    chain[-1] = _END


def _entry(name: str, *, kind: int, start: int, size: int, right: int = _FREE, child: int = _FREE) -> bytes:
    encoded = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII36xIQ", encoded, len(encoded), kind, 1, _FREE, right, child, start, size)
