"""ZIP archives that documents come in: what is in them, within bounds."""

import io
import re
import zipfile

from vectray_client.domain import Refusal
from vectray_client.read.options import MEGABYTE
from vectray_client.read.refusals import DAMAGED, failed

_MAX_BYTES = 512 * MEGABYTE
_MAX_RATIO = 200  # XML packs 10 to 50 times
_MIN_BYTES_FOR_RATIO = 16 * MEGABYTE  # below, no ratio hurts
_MAX_MEMBERS = 50_000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that the document formats allow
_ENCRYPTED = 0x1  # APPNOTE 4.4.4, bit 0
_MIN_BYTES_OF_PICTURES = MEGABYTE  # packing anew costs time too
_WITHOUT_TEXT = re.compile(
    r"\.(?:png|jpe?g|jfif|gif|bmp|tiff?|webp|emf|wmf|emz|wmz|svg|ico|wdp|mp[34]|m4[av]|mov|avi|wmv|wma|wav|bin|ole"
    r"|[ot]tf|odttf|fntdata|docx|xlsx|pptx|vsdx|pdf)$",
    re.IGNORECASE,
)

PROTECTED = failed("it is protected by a password")
_TOO_LARGE = failed(f"it unpacks to more than {_MAX_BYTES // MEGABYTE} MB")
_BOMB = failed(f"it unpacks to more than {_MAX_RATIO} times its size")
_TOO_MANY = failed(f"it is an archive of more than {_MAX_MEMBERS:,} parts")
_METHOD = failed("it is packed in a way that documents are not")


def open_archive(content: bytes) -> zipfile.ZipFile | Refusal:
    """The archive, with no more in it than may safely be unpacked.

    What the directory says of sizes holds: reading a member ends there, whatever the packed data would go on to.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return DAMAGED
    return _refusal(archive.infolist(), len(content)) or archive


def without_pictures(content: bytes, archive: zipfile.ZipFile) -> bytes:
    """The same archive with pictures, sounds and fonts emptied, if there are many: parsers would carry them all along."""
    textless = {member.filename for member in archive.infolist() if _WITHOUT_TEXT.search(member.filename)}
    if sum(archive.getinfo(name).file_size for name in textless) < _MIN_BYTES_OF_PICTURES:
        return content
    slim = io.BytesIO()
    with zipfile.ZipFile(slim, "w", zipfile.ZIP_STORED) as target:
        for name in archive.namelist():
            target.writestr(zipfile.ZipInfo(name), b"" if name in textless else archive.read(name))
    return slim.getvalue()


def _refusal(members: list[zipfile.ZipInfo], packed_bytes: int) -> Refusal | None:
    total = sum(member.file_size for member in members)
    if len(members) > _MAX_MEMBERS:
        return _TOO_MANY
    if total > _MAX_BYTES:
        return _TOO_LARGE
    if total > _MIN_BYTES_FOR_RATIO and total > _MAX_RATIO * packed_bytes:
        return _BOMB
    if any(member.flag_bits & _ENCRYPTED for member in members):
        return PROTECTED
    return _METHOD if any(member.compress_type not in _METHODS for member in members) else None
