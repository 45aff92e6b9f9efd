"""A file is what its bytes say, and what could do harm is refused before it is kept."""

import io
import time
import tracemalloc
import zipfile

import pytest

from documents import archives, file_types
from documents.errors import (
    ArchiveMemberUnsafe,
    ArchiveTooDeep,
    ArchiveTooLarge,
    ArchiveUnreadable,
    FileEmpty,
    FileEncrypted,
    FileTypeDiffers,
    FileTypeUnknown,
    FileWithMacros,
)
from tests.documents.samples import CMS, PDF, PNG, archive, document, encrypted_archive, nested, workbook

OFFICE = "application/vnd.openxmlformats-officedocument"


def media_type(content: bytes, name: str, declared: str = "application/octet-stream") -> str:
    return file_types.recognised(io.BytesIO(content), name, declared).media_type


@pytest.mark.parametrize(
    ("content", "name", "declared", "expected"),
    [
        (PDF, "Есеп.PDF", "application/pdf", "application/pdf"),
        (PNG, "a.png", "image/png", "image/png"),
        (b"\xff\xd8\xff\xe0rest", "a.jpeg", "image/jpeg", "image/jpeg"),
        (b"II*\x00rest", "scan.tif", "image/tiff", "image/tiff"),
        (document(), "a.docx", f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.wordprocessingml.document"),
        (document("xl/workbook.xml"), "a.xlsx", "", f"{OFFICE}.spreadsheetml.sheet"),
        (document("xl/workbook2.xml"), "a.xlsx", "", f"{OFFICE}.spreadsheetml.sheet"),
        (workbook(), "a.xls", "application/vnd.ms-excel", "application/vnd.ms-excel"),
        ("код;аты\n1;Абай\n".encode(), "a.csv", "application/vnd.ms-excel", "text/csv"),
        ("код;имя\n1;Абай\n".encode("cp1251"), "a.csv", "text/csv", "text/csv"),
        ("Қазақ мәтіні".encode(), "a.txt", "text/plain; charset=utf-8", "text/plain"),
        (archive({"a.txt": b"a", "b/inside.zip": nested(2)}), "a.zip", "application/x-zip-compressed", "application/zip"),
        (CMS, "a.pdf.p7s", "application/x-pkcs7-signature", "application/pkcs7-signature"),
    ],
)
def test_a_file_is_known_by_its_content_when_name_and_sender_agree(content, name, declared, expected):
    assert media_type(content, name, declared) == expected


@pytest.mark.parametrize(
    ("content", "name", "declared", "refusal"),
    [
        (b"", "a.pdf", "", FileEmpty),
        (b"MZ\x90\x00\x03", "a.exe", "", FileTypeUnknown),
        (b"MZ\x90\x00\x03", "a.pdf", "", FileTypeUnknown),
        (PDF, "a.html", "text/html", FileTypeUnknown),
        (PDF, "a", "", FileTypeUnknown),
        (PDF, "a.docx", "", FileTypeDiffers),
        (PDF, "a.pdf", "text/html", FileTypeDiffers),
        (b"<script>alert(1)</script>", "a.png", "image/png", FileTypeDiffers),
        (document(), "a.zip", "", FileTypeDiffers),
        (archive({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}), "a.zip", "", FileTypeUnknown),
        (workbook("WordDocument"), "a.xls", "", FileTypeUnknown),
        (document(**{"word/vbaProject.bin": b"x"}), "a.docx", "", FileWithMacros),
        (archive({"deep/inside.zip": archive({"xl/VBAPROJECT.BIN": b"x"})}), "a.zip", "", FileWithMacros),
        (workbook("Workbook", "_VBA_PROJECT_CUR"), "a.xls", "", FileWithMacros),
        (archive({"old.xls": workbook("Workbook", "VBA")}), "a.zip", "", FileWithMacros),
        (encrypted_archive(), "a.zip", "", FileEncrypted),
        (workbook("EncryptionInfo", "EncryptedPackage"), "a.xlsx", "", FileEncrypted),
        (workbook(records=b"\x09\x08\x02\x00\x00\x06\x2f\x00\x36\x00"), "a.xls", "", FileEncrypted),
        (nested(4), "a.zip", "", ArchiveTooDeep),
        (archive({f"{number}": b"" for number in range(2_001)}), "a.zip", "", ArchiveTooLarge),
        (archive({"../../etc/passwd": b"x"}), "a.zip", "", ArchiveMemberUnsafe),
        (archive({"C:/autoexec.bat": b"x"}), "a.zip", "", ArchiveMemberUnsafe),
        (archive({"a.txt": b"a" * 100}, zipfile.ZIP_BZIP2), "a.zip", "", ArchiveUnreadable),
        (archive({"a.txt": b"a" * 100})[:-30], "a.zip", "", ArchiveUnreadable),
        (archive({"a.txt": bytes(range(200))}, zipfile.ZIP_STORED).replace(bytes(range(90, 99)), b"x" * 9), "a.zip", "", ArchiveUnreadable),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,  # archives carry the second they were made in
)
def test_what_is_another_type_or_could_do_harm_is_refused(content, name, declared, refusal):
    with pytest.raises(refusal):
        media_type(content, name, declared)


def test_every_cut_and_changed_byte_of_an_archive_is_judged_without_breaking_down():
    whole = document()

    for at in range(0, len(whole), 3):
        for damaged in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            try:
                media_type(damaged, "a.docx")
            except (FileEmpty, FileTypeUnknown, FileTypeDiffers, FileEncrypted, ArchiveUnreadable, ArchiveTooLarge, ArchiveMemberUnsafe):
                continue


def test_a_bomb_is_refused_after_little_work_and_little_memory():
    bomb = archive({"a": bytes(archives.FREE_OF_RATIO * 2)})
    inside = archive({"bomb.zip": bomb, "b.zip": bomb})
    tracemalloc.start()
    began = time.process_time()

    for name, content in (("one", bomb), ("inside", inside)):
        with pytest.raises(ArchiveTooLarge):
            media_type(content, f"{name}.zip")

    used, peak = time.process_time() - began, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert used < 5
    assert peak < 4_000_000
