"""Small files of every accepted type, and some that are made to do harm."""

import io
import struct
import zipfile
from collections.abc import Mapping

PDF = b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(25)
CMS = bytes.fromhex("308205a0") + bytes.fromhex("06092a864886f70d010702") + bytes(40)


def archive(members: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as opened:
        for name, content in members.items():
            opened.writestr(name, content)
    return made.getvalue()


def document(part: str = "word/document.xml", **more: bytes) -> bytes:
    """A package of Office Open XML."""
    return archive({"[Content_Types].xml": b"<Types/>", part: b"<w/>"} | more)


def workbook(*entries: str, records: bytes = b"\x09\x08\x02\x00\x00\x06") -> bytes:
    """A compound file with a workbook, or with these streams."""
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(22) + struct.pack("<H", 9) + bytes(480)
    names = ("Root Entry", *(entries or ("Workbook",)))
    directory = b"".join(_entry(name) for name in names).ljust(512, b"\0")
    return header + directory + records.ljust(512, b"\0")


def encrypted_archive() -> bytes:
    """An archive whose member says that it is under a password."""
    made = bytearray(archive({"a.txt": b"secret"}))
    made[6] |= 1
    made[made.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(made)


def nested(depth: int) -> bytes:
    """Archives in one another."""
    made = archive({"a.txt": b"a"})
    for _ in range(depth - 1):
        made = archive({"inside.zip": made})
    return made


def _entry(name: str) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return written.ljust(64, b"\0") + struct.pack("<HB", len(written), 2) + bytes(49) + struct.pack("<L", 1) + bytes(8)
