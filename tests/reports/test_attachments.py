"""Files accompany a report: attached in preparation, frozen with the revision, read by whoever reads that, gone when nothing names them."""

import io
import os
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa

from organisations.errors import NotPermitted
from reports import attachment_shelf, canonical
from reports.attachment_errors import (
    AttachmentAltered,
    AttachmentNameInvalid,
    AttachmentNameTaken,
    AttachmentNotFound,
    AttachmentsTooLarge,
    AttachmentTooLarge,
)
from reports.attachments import Incoming
from reports.errors import ContentPrivate, NotAtThisStage, PreparedByYourself, ReportNotFound
from reports.models import Report, ReportAttachment
from storage import outbox
from storage.clock import SetClock
from storage.database import session
from storage.files import FileAltered, FileMissing, FileStore
from storage.transaction import transaction
from tests.documents.samples import PDF, PNG, document
from tests.reports.archive.repository import Repository
from tests.reports.office import MEN, Office

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "files")


@pytest.fixture
def office(database: str, clock: SetClock, files: FileStore) -> Office:
    return Office(clock, files=files)


def attaches(office: Office, report: Report, content: bytes = PDF, name: str = "Хат.pdf", who: str = "executor") -> ReportAttachment:
    session.rollback()
    return office.reports.attachments.add(office.people[who], report.id, Incoming(name, "", io.BytesIO(content)))


def removes(office: Office, report: Report, attachment: ReportAttachment, who: str = "executor") -> None:
    with transaction():
        office.reports.attachments.remove(office.people[who], report.id, attachment.id)


def names(office: Office, report: Report, who: str = "executor", revision: int | None = None) -> list[str]:
    session.rollback()
    return [row.name for row in office.reports.attachments.list(office.people[who], report.id, revision)]


def reads(office: Office, report: Report, attachment: ReportAttachment, who: str = "executor") -> bytes:
    session.rollback()
    with office.reports.attachments.opened(office.people[who], report.id, attachment.id) as (_, content):
        return content.read()


def works_off(office: Office) -> None:
    session.rollback()
    outbox.deliver_due(office.reports.attachments.handlers(), office.clock)


def ages(files: FileStore, moment: float = 0) -> None:
    for _, path in files.all():
        os.utime(path, (moment, moment))


def kept(files: FileStore) -> list[str]:
    return [sha256 for sha256, _ in files.all()]


def test_a_file_is_frozen_with_its_revision_and_carried_through_return_and_correction(office: Office, files: FileStore):
    people, report = office.people, office.opens()
    first = attaches(office, report)
    with pytest.raises(ContentPrivate):
        names(office, report, "officer")
    with pytest.raises(AttachmentNotFound):
        reads(office, report, first, "officer")

    office.brings(report, "review")
    office.returns(report)
    assert names(office, report) == ["Хат.pdf"]
    attaches(office, report, PNG, "Сурет.png")
    office.answers(report)
    office.saves(report, {MEN: 3})
    office.brings(report, "review")
    office.does("review", report, decision="accept")

    revisions = office.reports.revisions(people["officer"], report.id)
    assert [[file.name for file in each.attachments] for each in revisions] == [["Хат.pdf"], ["Сурет.png", "Хат.pdf"]]
    written = orjson.loads(revisions[0].canonical)
    assert written["format"] == 2
    assert written["attachments"] == [{"media_type": "application/pdf", "name": "Хат.pdf", "sha256": first.sha256, "size": len(PDF)}]
    assert names(office, report, "oblast_akim") == ["Сурет.png", "Хат.pdf"]
    assert names(office, report, "officer", 1) == ["Хат.pdf"]
    assert reads(office, report, first, "officer") == PDF
    with pytest.raises(AttachmentNotFound):
        reads(office, report, first, "oblast_akim")

    with transaction():
        office.reports.correct(people["executor"], report.id, "Қате")
    letter = next(row for row in attachment_shelf.of(report.id, 3) if row.name == "Хат.pdf")
    removes(office, report, letter)
    attaches(office, report, document(), "Жаңа.docx")
    assert names(office, report) == ["Жаңа.docx", "Сурет.png"]
    with transaction():
        office.reports.give_up_correction(people["executor"], report.id)
    ages(files)
    works_off(office)
    assert names(office, report) == names(office, report, "oblast_akim") == ["Сурет.png", "Хат.pdf"]
    assert len(kept(files)) == 2
    assert list(office.reports.attachments.faults()) == []
    events = office.events(report)
    assert [events.count(f"report:attachment_{what}") for what in ("added", "removed")] == [3, 1]
    assert not any(event.startswith("report:attachment") for event in office.events(report, "officer"))


@SQLITE
def test_only_who_edits_attaches_only_while_it_is_prepared_and_is_then_no_judge(office: Office, files: FileStore):
    report = office.opens()
    for who, refusal in (("stranger", ReportNotFound), ("officer", NotPermitted), ("admin", NotPermitted)):
        with pytest.raises(refusal):
            attaches(office, report, who=who)
    added = attaches(office, report, who="executor2")
    office.saves(report)

    office.does("prepare", report)
    with pytest.raises(NotAtThisStage):
        attaches(office, report, PNG, "a.png")
    with pytest.raises(NotAtThisStage):
        removes(office, report, added)
    with pytest.raises((PreparedByYourself, NotPermitted)):
        office.does("approve", report, who=office.people["executor2"], decision="approve")
    assert len(kept(files)) == 1


@SQLITE
def test_what_is_refused_leaves_nothing_behind(office: Office, files: FileStore):
    report = office.opens()
    attaches(office, report)
    assert attaches(office, report).id == attachment_shelf.of(report.id, 1)[0].id

    for content, name, refusal in (
        (PNG, "../a.png", AttachmentNameInvalid),
        (PNG, "a\u202egnp.png", AttachmentNameInvalid),
        (PNG, ".png", AttachmentNameInvalid),
        (PNG, "a" * 150 + ".png", AttachmentNameInvalid),
        (b"a" * 100_001, "a.txt", AttachmentTooLarge),
    ):
        with pytest.raises(refusal):
            attaches(office, report, content, name)
    assert len(kept(files)) == 1
    with pytest.raises(AttachmentNameTaken):
        attaches(office, report, PDF + b"\n", "ХАТ.pdf")
    attaches(office, report, b"b" * 99_999, "b.txt")
    attaches(office, report, b"c" * 99_000, "c.txt")
    with pytest.raises(AttachmentsTooLarge):
        attaches(office, report, b"d" * 99_999, "d.txt")
    assert names(office, report) == ["b.txt", "c.txt", "Хат.pdf"]


@SQLITE
def test_what_was_changed_by_hand_is_seen_and_not_handed_out(office: Office, files: FileStore):
    report = office.opens()
    added = attaches(office, report)
    picture = attaches(office, report, PNG, "a.png")
    office.brings(report, "review")
    for sha256, path in files.all():
        if sha256 == added.sha256:
            path.write_bytes(PDF.replace(b"1.7", b"1.6"))
    with transaction():
        session.execute(sa.update(ReportAttachment).where(ReportAttachment.id == picture.id).values(name="b.png"))

    with pytest.raises(FileAltered):
        reads(office, report, added)
    with pytest.raises(AttachmentAltered):
        reads(office, report, picture)
    told = list(office.reports.attachments.faults())
    assert [fault.rpartition(":")[2].split()[-1] for fault in told] == ["altered", "altered"]
    with transaction():
        session.execute(sa.delete(ReportAttachment).where(ReportAttachment.id == picture.id))
    assert [fault.rpartition(":")[2] for fault in office.reports.attachments.faults()][1:] == [" its attachments were altered"]
    next(path for sha256, path in files.all() if sha256 == added.sha256).unlink()
    with pytest.raises(FileMissing):
        reads(office, report, added)
    assert any(fault.endswith("is missing") for fault in office.reports.attachments.faults())


@SQLITE
def test_what_nothing_names_goes_after_a_day_and_what_something_names_stays(office: Office, files: FileStore, clock: SetClock):
    report, other = office.opens(), office.opens("TST-HEAD")
    letter, picture = attaches(office, report), attaches(office, report, PNG, "a.png")
    attaches(office, other)
    left = files.put(io.BytesIO(b"never named"))
    ages(files, clock.now().timestamp())

    assert office.reports.attachments.sweep() == 0
    clock.move_to(clock.now() + timedelta(days=1, seconds=1))
    assert office.reports.attachments.sweep() == 1
    assert left not in kept(files)
    removes(office, report, letter)
    removes(office, report, picture)
    works_off(office)

    assert kept(files) == [letter.sha256]
    assert names(office, other) == ["Хат.pdf"]


@SQLITE
def test_a_purge_takes_rows_and_files_along(database: str, clock: SetClock, files: FileStore):
    archive = Repository(clock, files=files)
    report = archive.opens("TST-YEAR")
    attaches(archive, report)
    archive.brings(report, "review")
    archive.does("review", report, decision="accept")
    ages(files)
    archive.passes()
    archive.approves(archive.drafts())

    archive.purges()
    works_off(archive)

    assert kept(files) == []
    assert archive.rows_of(report.id, report.business_key) == {"held_values": 4, "report_tombstones": 1}
    assert list(archive.archive.purging.faults()) == list(archive.reports.attachments.faults()) == []


def test_bytes_of_both_forms_are_read_back_and_a_revision_without_attachments_keeps_the_first():
    about = {"kind": "K", "kind_version": 1, "body": "B", "period": "2026Q3", "revision": 1, "cells": {"a": "1"}, "notes": {}}
    plain = b'{"body":"B","cells":{"a":"1"},"format":1,"kind":"K","kind_version":1,"notes":{},"period":"2026Q3","revision":1}'
    attached = canonical.Canonical(**about, attachments=(canonical.AttachedFile("ә.pdf", "application/pdf", 3, "0" * 64),))

    assert canonical.to_bytes(canonical.Canonical(**about)) == plain
    assert canonical.from_bytes(plain) == canonical.Canonical(**about)
    assert canonical.from_bytes(canonical.to_bytes(attached)) == attached
    with pytest.raises(ValueError, match="unknown format"):
        canonical.from_bytes(plain.replace(b'"format":1', b'"format":3'))
