"""Compound files (MS-CFB), the format of Excel 97 to 2003: which are workbooks, and whether macros or a password are in them.

Names of streams stand in directory entries of 128 bytes, which sectors hold whole (MS-CFB 2.6.1): every entry begins at a multiple of 128,
and looking at those finds all of them however the chain of sectors runs. A stream's content can look like an entry only by intent.
"""

from collections.abc import Iterator
from typing import BinaryIO

from documents.errors import FileEncrypted, FileWithMacros

SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENTRY = 128
_CHUNK = _ENTRY * 512
#: Sectors of 512 and of 4096 bytes, as powers of two (MS-CFB 2.2).
_SECTORS = (9, 12)
_WORKBOOKS = frozenset({"workbook", "book"})
_MACROS = frozenset({"_vba_project", "_vba_project_cur", "vba", "macros"})
_ENCRYPTED = frozenset({"encryptedpackage", "encryptioninfo"})
#: Records at the beginning of a workbook (MS-XLS 2.4): its beginning, what forbids writing, and what says that the rest is encrypted.
_BOF, _WRITE_PROTECT, _FILE_PASS = 0x0809, 0x0086, 0x002F


def is_workbook(content: BinaryIO) -> bool:
    """Whether a compound file is a workbook, and a harmless one. Raises FileWithMacros, FileEncrypted."""
    content.seek(0)
    header = content.read(512)
    starts: list[int] = []
    for entry in _entries(content):
        name = _name(entry)
        _refuse(name)
        if name in _WORKBOOKS:
            starts.append(int.from_bytes(entry[116:120], "little"))
    shift = int.from_bytes(header[30:32], "little")
    if not starts or shift not in _SECTORS:
        return False
    for start in starts:
        _refuse_password(content, start, shift)
    return True


def refuse_dangerous(content: BinaryIO) -> None:
    """Let any compound file pass that has neither macros nor a password. Raises FileWithMacros, FileEncrypted."""
    for entry in _entries(content):
        _refuse(_name(entry))


def _refuse(name: str) -> None:
    """Refuse what the name of a stream or storage gives away."""
    if name in _MACROS:
        raise FileWithMacros(part=name)
    if name in _ENCRYPTED:
        raise FileEncrypted(part=name)


def _entries(content: BinaryIO) -> Iterator[bytes]:
    content.seek(0)
    while chunk := content.read(_CHUNK):
        for at in range(0, len(chunk) - _ENTRY + 1, _ENTRY):
            yield chunk[at : at + _ENTRY]


def _name(entry: bytes) -> str:
    """The name in a directory entry, in lower case; empty for what is no entry of a stream or storage."""
    length = int.from_bytes(entry[64:66], "little")
    if not 2 < length <= 64 or length % 2 or entry[66] not in (1, 2):
        return ""
    return entry[: length - 2].decode("utf-16-le", "replace").lower()


def _refuse_password(content: BinaryIO, start: int, shift: int) -> None:
    content.seek((start + 1) << shift)
    records = content.read(1 << shift)
    at = 0
    for _ in range(3):
        kind, length = int.from_bytes(records[at : at + 2], "little"), int.from_bytes(records[at + 2 : at + 4], "little")
        if kind == _FILE_PASS:
            raise FileEncrypted(part="workbook")
        if kind not in (_BOF, _WRITE_PROTECT):
            return
        at += 4 + length
