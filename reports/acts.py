"""The record of acts: what a person did to a revision, standing in for whom, when. Inserted, never changed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa

from reports.models import Report, ReportAct
from reports.permits import Permit
from storage.database import session
from storage.identifiers import new_id

#: Who did what nobody did.
NOBODY = "esep"


class Act(StrEnum):
    """What is kept in the record."""

    SENT = "sent_for_approval"
    APPROVED = "approved"
    SIGNED = "signed"
    SUBMITTED = "submitted"
    DISPATCHED = "dispatched"  # sent past Esep, of a restricted kind
    ANSWER_RECORDED = "answer_recorded"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    DEEMED_ACCEPTED = "deemed_accepted"  # by the silence of its receiver, so by nobody
    WITHDRAWN = "withdrawn"
    CORRECTION_BEGUN = "correction_begun"
    CORRECTION_GIVEN_UP = "correction_given_up"


@dataclass(frozen=True)
class RecordedAct:
    """One act. `exception` marks the lawful exception from four eyes; `number` and `dated` are of a receiver's answer from outside,
    or of the letter by which a restricted report was sent."""

    act: Act
    revision: int
    by: str
    on_behalf_of: str | None
    body_id: UUID
    at: datetime
    exception: bool
    number: str | None
    dated: date | None


def record(act: Act, report: Report, permit: Permit, at: datetime, *, number: str | None = None, dated: date | None = None) -> None:
    """Add an act on the revision in work to the present transaction, seen by what follows in the same step."""
    session.add(
        ReportAct(
            id=new_id(),
            report_id=report.id,
            revision=report.revision,
            act=act.value,
            by=permit.actor.by,
            on_behalf_of=permit.on_behalf_of,
            body_id=permit.duty.body_id,
            at=at,
            exception=permit.exception,
            number=number,
            dated=dated,
        )
    )
    session.flush()


def record_by_nobody(act: Act, report: Report, at: datetime) -> None:
    """Add what happened to the revision in work without anybody's doing."""
    row = ReportAct(id=new_id(), report_id=report.id, revision=report.revision, act=act.value, by=NOBODY, body_id=report.body_id, at=at)
    session.add(row)
    session.flush()


def of(report_id: UUID) -> list[RecordedAct]:
    """All acts on a report, oldest first."""
    rows = session.scalars(sa.select(ReportAct).where(ReportAct.report_id == report_id).order_by(ReportAct.id))
    return [_recorded(row) for row in rows]


def has(report: Report, act: Act) -> bool:
    """Whether there is such an act on the revision in work."""
    query = sa.select(ReportAct.id).where(
        ReportAct.report_id == report.id, ReportAct.revision == report.revision, ReportAct.act == act.value
    )
    return session.scalar(query.limit(1)) is not None


def approvers(report_id: UUID) -> frozenset[str]:
    """Who ever approved or signed a revision of the report."""
    query = sa.select(ReportAct.by).where(ReportAct.report_id == report_id, ReportAct.act.in_((Act.APPROVED.value, Act.SIGNED.value)))
    return frozenset(session.scalars(query))


def _recorded(row: ReportAct) -> RecordedAct:
    return RecordedAct(Act(row.act), row.revision, row.by, row.on_behalf_of, row.body_id, row.at, row.exception, row.number, row.dated)
