"""Which files may accompany a report, and how each is known by its bytes: what a name or a sender says of a file is only compared.

Signatures: PDF 32000-1 7.5.2, PNG (ISO/IEC 15948) 5.2, JPEG (ITU-T T.81) B.1.1.3, TIFF 6.0 section 2, ZIP (APPNOTE) 4.3.7, compound files
(MS-CFB 2.2), CMS (RFC 5652) 5.1: a SEQUENCE that begins with the identifier of signed data.
"""

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO

from documents import archives, compound_files
from documents.errors import FileEmpty, FileTypeDiffers, FileTypeUnknown

_CHUNK = 1 << 16
_ANY = frozenset({"", "application/octet-stream", "binary/octet-stream"})
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
#: Control characters that no text has; tabulators, ends of lines and of pages are none.
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13}) + b"\x7f"
_CONTENT_TYPES = "[Content_Types].xml"


@dataclass(frozen=True)
class FileType:
    """A type of file: its media type, the ends of names it has, and what senders call it besides."""

    media_type: str
    extensions: tuple[str, ...]
    also: frozenset[str] = frozenset()


_OFFICE = "application/vnd.openxmlformats-officedocument"
PDF = FileType("application/pdf", ("pdf",))
DOCX = FileType(f"{_OFFICE}.wordprocessingml.document", ("docx",))
XLSX = FileType(f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",))
XLS = FileType("application/vnd.ms-excel", ("xls",))
CSV = FileType("text/csv", ("csv",), frozenset({"text/plain", "application/csv", "application/vnd.ms-excel"}))
TEXT = FileType("text/plain", ("txt",))
PNG = FileType("image/png", ("png",))
JPEG = FileType("image/jpeg", ("jpg", "jpeg"), frozenset({"image/jpg", "image/pjpeg"}))
TIFF = FileType("image/tiff", ("tif", "tiff"))
ZIP = FileType("application/zip", ("zip",), frozenset({"application/x-zip-compressed", "application/x-zip"}))
CMS = FileType(
    "application/pkcs7-signature",
    ("p7s", "p7m", "cms", "sig"),
    frozenset({"application/x-pkcs7-signature", "application/pkcs7-mime", "application/x-pkcs7-mime", "application/cms"}),
)
TYPES = (PDF, DOCX, XLSX, XLS, CSV, TEXT, PNG, JPEG, TIFF, ZIP, CMS)
#: The main parts of packages, which some programs number.
_MAIN_PARTS = ((re.compile(r"word/document\d*\.xml"), DOCX), (re.compile(r"xl/workbook\d*\.xml"), XLSX))
_BEGINNINGS = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
)


def recognised(content: BinaryIO, name: str, declared: str) -> FileType:
    """The type of a file, which its name and what the sender calls it must agree with; the content is read from its beginning.

    Archives are looked through, see `archives`. Raises FileEmpty, FileTypeUnknown, FileTypeDiffers, FileWithMacros, FileEncrypted and what
    `archives.look_through` refuses with.
    """
    extension = name.rpartition(".")[2].lower()
    named = next((known for known in TYPES if extension in known.extensions), None)
    found = _by_content(content)
    if found is TEXT and named is CSV:
        found = CSV
    if named is None:
        raise FileTypeUnknown(accepted=_accepted())
    said = declared.partition(";")[0].strip().lower()
    if found is not named or said not in _ANY | found.also | {found.media_type}:
        raise FileTypeDiffers(found=found.media_type, name=named.media_type, declared=said or "-")
    return found


def _by_content(content: BinaryIO) -> FileType:
    content.seek(0)
    beginning = content.read(64)
    if not beginning:
        raise FileEmpty()
    for signature, known in _BEGINNINGS:
        if beginning.startswith(signature):
            return known
    if beginning.startswith(archives.SIGNATURE):
        return _of_archive(archives.look_through(content))
    if beginning.startswith(compound_files.SIGNATURE) and compound_files.is_workbook(content):
        return XLS
    if beginning[0] == 0x30 and _SIGNED_DATA in beginning[2:18]:
        return CMS
    if _is_text(content):
        return TEXT
    raise FileTypeUnknown(accepted=_accepted())


def _of_archive(members: frozenset[str]) -> FileType:
    """Packages of Office Open XML (ECMA-376 part 2) are archives with a list of content types."""
    if _CONTENT_TYPES not in members:
        return ZIP
    for part, known in _MAIN_PARTS:
        if any(part.fullmatch(member) for member in members):
            return known
    raise FileTypeUnknown(accepted=_accepted())


def _is_text(content: BinaryIO) -> bool:
    """Whether it is plain text in UTF-8, or in a code page of one byte a character (Excel writes CSV so)."""
    content.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    utf8 = one_byte = True
    while chunk := content.read(_CHUNK):
        if chunk.translate(None, _CONTROLS) != chunk:
            return False
        one_byte = one_byte and b"\x98" not in chunk  # the only place that Windows-1251 leaves free
        if utf8:
            utf8 = _goes_on(decoder, chunk)
    return utf8 or one_byte


def _goes_on(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True


def _accepted() -> str:
    return ", ".join(known.extensions[0].upper() for known in TYPES)
