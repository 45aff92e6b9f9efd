"""Revisions: what was frozen, when and by whom, readable for ever; and the differences between any two."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from organisations.actors import Actor
from register.kinds import Kind
from reports import attachment_shelf, canonical, differences, lines, shelf
from reports.canonical import AttachedFile, Canonical
from reports.differences import CellDifference
from reports.errors import ContentPrivate, RevisionNotFound
from reports.models import Report, ReportAttachment, Revision
from reports.permits import Permit
from reports.shelf import PERSONAL, View
from reports.signature_errors import RevisionAltered
from storage.database import session


@dataclass(frozen=True)
class FrozenRevision:
    """A revision. `canonical` are the bytes that were hashed, and that signatures are made over; see `reports/canonical.py`.

    One that was altered in the database is not `intact`, and shown without what it holds.
    """

    report_id: UUID
    number: int
    canonical: bytes
    sha256: str
    frozen_at: datetime
    frozen_by: str
    submitted_at: datetime | None
    receipt_number: str | None
    cells: Mapping[str, Any]
    notes: Mapping[str, str]
    attachments: tuple[AttachedFile, ...] = ()
    intact: bool = True


class Revisions:
    """The revisions of all reports, as far as a reader may see them."""

    def __init__(self, *, kind_of: Callable[[Report], Kind]) -> None:
        self._kind_of = kind_of

    def list(self, actor: Actor, report_id: UUID) -> list[FrozenRevision]:
        """The revisions that the actor may read, oldest first; also those that are not intact."""
        report, view = shelf.seen_whole(actor, report_id)
        return [_told(row) for row in _rows(report) if _is_for(view, report, row)]

    def get(self, actor: Actor, report_id: UUID, number: int) -> FrozenRevision:
        """One revision. Raises RevisionNotFound, RevisionAltered."""
        return _frozen(self._row(actor, report_id, number))

    def stored(self, actor: Actor, report_id: UUID, number: int) -> bytes:
        """The bytes of a revision as they lie in the database now, altered or not. Raises RevisionNotFound."""
        return self._row(actor, report_id, number).content

    def _row(self, actor: Actor, report_id: UUID, number: int) -> Revision:
        report, view = shelf.seen_whole(actor, report_id)
        row = next((row for row in _rows(report) if row.number == number and _is_for(view, report, row)), None)
        if row is None:
            raise RevisionNotFound(report.id, number)
        return row

    def difference(self, actor: Actor, report_id: UUID, before: int, after: int) -> tuple[CellDifference, ...]:
        """What changed from one revision to another. The revision in work counts too, for those who may read the draft."""
        report, _ = shelf.seen_whole(actor, report_id)
        kind = self._kind_of(report)
        return differences.between(self._cells(actor, report_id, before), self._cells(actor, report_id, after), kind)

    def _cells(self, actor: Actor, report_id: UUID, number: int) -> Mapping[str, Any]:
        report, view = shelf.seen(actor, report_id)
        if view is View.DRAFT and number == report.revision and _row(report.id, number) is None:
            return lines.cells(report.id)
        return self.get(actor, report_id, number).cells


def freeze(report: Report, body_code: str, cells: Mapping[str, Any], permit: Permit, at: datetime) -> FrozenRevision:
    """Freeze the revision in work with its canonical bytes and hash."""
    content = Canonical(
        kind=report.kind_code,
        kind_version=report.kind_version,
        body=body_code,
        period=report.period,
        revision=report.revision,
        cells=cells,
        notes=report.notes,
        attachments=tuple(row.file for row in attachment_shelf.of(report.id, report.revision)),
    )
    data = canonical.to_bytes(content)
    row = Revision(
        report_id=report.id,
        number=report.revision,
        content=data,
        sha256=canonical.sha256(data),
        frozen_at=at,
        frozen_by=permit.actor.by,
    )
    session.add(row)
    session.flush()
    return _frozen(row)


def is_frozen(report: Report) -> bool:
    """Whether the revision in work is frozen."""
    return _row(report.id, report.revision) is not None


def unlike_their_files() -> Iterator[tuple[str, int]]:
    """The revisions whose rows of attachments are not what was frozen: the business key and the number."""
    with_rows = sa.exists().where(ReportAttachment.report_id == Report.id)
    begins = sa.func.substr(Revision.content, 1, len(canonical.BEGINS_WITH_ATTACHMENTS)) == canonical.BEGINS_WITH_ATTACHMENTS
    with_files = sa.exists().where(Revision.report_id == Report.id, begins)
    for report in session.scalars(sa.select(Report).where(sa.or_(with_rows, with_files)).order_by(Report.id)).all():
        for row in _rows(report):
            kept = [each.file for each in attachment_shelf.of(report.id, row.number)]
            if canonical.sha256(row.content) == row.sha256 and kept != list(canonical.from_bytes(row.content).attachments):
                yield report.business_key, row.number


def next_number(report: Report) -> int:
    """The number of a revision that follows all others of a report."""
    return max(report.revision, *(row.number for row in _rows(report))) + 1


def submit(report: Report, at: datetime) -> FrozenRevision:
    """Mark the revision in work as submitted, with its receipt: the business key, the revision and the first signs of the hash."""
    row = _row(report.id, report.revision)
    if row is None:
        raise RevisionNotFound(report.id, report.revision)
    _frozen(row)
    row.submitted_at = at
    row.receipt_number = f"{report.business_key}/{row.number}-{row.sha256[:8].upper()}"
    session.flush()
    return _frozen(row)


def in_work(report: Report) -> FrozenRevision:
    """The revision in work, once it is frozen. Raises RevisionNotFound, RevisionAltered."""
    row = _row(report.id, report.revision)
    if row is None:
        raise RevisionNotFound(report.id, report.revision)
    return _frozen(row)


def number_of(report_id: UUID, sha256: str | None) -> int | None:
    """The revision of a report that has a hash."""
    found = sa.select(Revision.number).where(Revision.report_id == report_id, Revision.sha256 == sha256)
    return session.scalar(found.limit(1)) if sha256 else None


def accepted(report: Report) -> FrozenRevision:
    """The revision of an accepted report that is in force, also while a correction of it is under way. Raises RevisionNotFound."""
    row = _row(report.id, report.accepted_revision or 0)
    if row is None:
        raise RevisionNotFound(report.id, report.accepted_revision or 0)
    return _frozen(row)


def latest_for(report: Report, view: View) -> FrozenRevision:
    """The revision that stands for the report in a view: the one in work, or else the latest that may be read (of an accepted report not
    that of a correction which was given up). Raises ContentPrivate when there is none yet."""
    readable = {row.number: row for row in _rows(report) if _is_for(view, report, row)}
    if not readable:
        raise ContentPrivate(report.stage)
    return _frozen(readable[report.revision if report.revision in readable else max(readable)])


def _is_for(view: View, report: Report, row: Revision) -> bool:
    if view is View.DRAFT:
        return True
    if view is View.SUBMITTED:
        return row.submitted_at is not None
    if report.report_class == PERSONAL:
        return False  # personal data go no further than the receiver
    return row.number == report.accepted_revision


def _rows(report: Report) -> list[Revision]:
    session.flush()
    query = sa.select(Revision).where(Revision.report_id == report.id).order_by(Revision.number)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def _row(report_id: UUID, number: int) -> Revision | None:
    session.flush()
    return session.scalar(sa.select(Revision).where(Revision.report_id == report_id, Revision.number == number))


def _frozen(row: Revision) -> FrozenRevision:
    """A revision whose bytes are those that were frozen. Raises RevisionAltered."""
    found = canonical.sha256(row.content)
    if found != row.sha256:
        raise RevisionAltered(row.number, row.sha256, found)
    content = canonical.from_bytes(row.content)
    return replace(_shown(row, content.cells, content.notes), attachments=content.attachments)


def _told(row: Revision) -> FrozenRevision:
    try:
        return _frozen(row)
    except RevisionAltered:
        return replace(_shown(row, {}, {}), intact=False)


def _shown(row: Revision, cells: Mapping[str, Any], notes: Mapping[str, str]) -> FrozenRevision:
    return FrozenRevision(
        report_id=row.report_id,
        number=row.number,
        canonical=row.content,
        sha256=row.sha256,
        frozen_at=row.frozen_at,
        frozen_by=row.frozen_by,
        submitted_at=row.submitted_at,
        receipt_number=row.receipt_number,
        cells=cells,
        notes=notes,
    )
