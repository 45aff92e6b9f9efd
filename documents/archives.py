"""Looking through ZIP archives without unpacking them to disk: how many members, how deep, how large, how tightly packed.

Every member is read to its end and counted, because what an archive says of its sizes may be a lie; nothing of it is kept. Archives inside
are looked through in memory. All limits hold for the file as a whole, with what is inside of what.
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from documents import compound_files
from documents.errors import (
    ArchiveMemberUnsafe,
    ArchiveTooDeep,
    ArchiveTooLarge,
    ArchiveUnreadable,
    FileEncrypted,
    FileWithMacros,
)

SIGNATURE = b"PK\x03\x04"
MOST_MEMBERS = 2_000
#: An archive, a document in it, a workbook in that.
DEEPEST = 3
MOST_UNPACKED = 200_000_000
#: How many times larger it may become, once it is larger than what needs no ratio.
MOST_RATIO, FREE_OF_RATIO = 100, 20_000_000
#: How large what is inside may be that has to be held in memory to look into it.
MOST_INSIDE = 20_000_000
_CHUNK = 1 << 16
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x07"
_LONGEST_END = 22 + 0xFFFF
_LARGEST_DIRECTORY = 1_000_000
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OverflowError, OSError)


def look_through(content: BinaryIO) -> frozenset[str]:
    """The names of an archive's members, when all that is in it may pass.

    Raises ArchiveUnreadable, ArchiveTooLarge, ArchiveTooDeep, ArchiveMemberUnsafe, FileEncrypted, FileWithMacros.
    """
    size = content.seek(0, io.SEEK_END)
    return _Look(size).archive(content, depth=1, name="")


@dataclass
class _Look:
    """One look through a file of a size: what was counted so far."""

    size: int
    members: int = 0
    unpacked: int = 0

    def archive(self, content: BinaryIO, *, depth: int, name: str) -> frozenset[str]:
        if depth > DEEPEST:
            raise ArchiveTooDeep(limit=DEEPEST)
        self._trust_no_end(content, name)
        try:
            with zipfile.ZipFile(content) as opened:
                members = opened.infolist()
                self._count_members(len(members))
                for member in members:
                    self._member(opened, member, depth)
        except _DAMAGED as error:
            raise ArchiveUnreadable(part=name or "-") from error
        return frozenset(member.filename for member in members)

    def _trust_no_end(self, content: BinaryIO, name: str) -> None:
        """Look at the end record first, before a directory of a million members is read into memory."""
        size = content.seek(0, io.SEEK_END)
        content.seek(max(0, size - _LONGEST_END - 20))
        tail = content.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) - at < 22:
            raise ArchiveUnreadable(part=name or "-")
        count, directory = struct.unpack("<HL", tail[at + 10 : at + 16])
        if tail[max(0, at - 20) : at].startswith(_END_64) or count > MOST_MEMBERS or directory > _LARGEST_DIRECTORY:
            raise ArchiveTooLarge(what="members", limit=MOST_MEMBERS)

    def _count_members(self, count: int) -> None:
        self.members += count
        if self.members > MOST_MEMBERS:
            raise ArchiveTooLarge(what="members", limit=MOST_MEMBERS)

    def _member(self, opened: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> None:
        name = member.filename
        if member.flag_bits & _ENCRYPTED:
            raise FileEncrypted(part=name)
        path = PurePosixPath(name.replace("\\", "/"))
        controls = any(ord(sign) < 32 for sign in member.orig_filename)
        if path.is_absolute() or ".." in path.parts or name[1:2] == ":" or controls:
            raise ArchiveMemberUnsafe(part=name)
        if path.name.lower() == "vbaproject.bin":
            raise FileWithMacros(part=name)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise ArchiveUnreadable(part=name)
        if not member.is_dir():
            self._read(opened, member, depth)

    def _read(self, opened: zipfile.ZipFile, member: zipfile.ZipInfo, depth: int) -> None:
        with opened.open(member) as content:
            beginning = content.read(8)
            self._count(len(beginning))
            if beginning.startswith(SIGNATURE):
                self.archive(self._held(beginning, content), depth=depth + 1, name=member.filename)
            elif beginning.startswith(compound_files.SIGNATURE):
                compound_files.refuse_dangerous(self._held(beginning, content))
            else:
                while chunk := content.read(_CHUNK):
                    self._count(len(chunk))

    def _held(self, beginning: bytes, content: IO[bytes]) -> BinaryIO:
        held = io.BytesIO(beginning)
        held.seek(0, io.SEEK_END)
        while chunk := content.read(_CHUNK):
            self._count(len(chunk))
            if held.tell() + len(chunk) > MOST_INSIDE:
                raise ArchiveTooLarge(what="unpacked", limit=MOST_INSIDE)
            held.write(chunk)
        return held

    def _count(self, read: int) -> None:
        self.unpacked += read
        if self.unpacked > MOST_UNPACKED or (self.unpacked > FREE_OF_RATIO and self.unpacked > self.size * MOST_RATIO):
            raise ArchiveTooLarge(what="unpacked", limit=min(MOST_UNPACKED, max(FREE_OF_RATIO, self.size * MOST_RATIO)))
