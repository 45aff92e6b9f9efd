"""The purge: the only place where contents of a report are deleted, and only by an approved act of destruction.

The reports of one business key go together, in one transaction, with their processes: one that was withdrawn and the one that was opened
in its place share a case. What the act was approved for is asked again under the lock that holds and removals share: whatever is held by
now, was taken out of the archive or is to be kept longer is kept back. Killed between two cases, the purge has lost nothing and goes on.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from engine import cases
from register.register import Register
from reports import attachment_shelf, chronicle, shelf
from reports.archive import conditions, destruction
from reports.archive.tables import ActState, DestructionActRow, DestructionItemRow, TombstoneRow
from reports.models import (
    HeldValue,
    Remark,
    RemarkMessage,
    Report,
    ReportAct,
    ReportAttachment,
    ReportLine,
    ReportSave,
    ReportSection,
    ReportWord,
    Revision,
)
from reports.request_tables import ReportRequest
from reports.signature_tables import PhoneSigningRow, RevisionSignature
from storage import removals
from storage.clock import Clock
from storage.database import session
from storage.transaction import transaction

A, I = DestructionActRow, DestructionItemRow  # noqa: E741
#: The tables that hold what is in and about a report, each with the column `report_id`; all of it goes. Remarks take their messages along.
CONTENTS: tuple[Any, ...] = (
    ReportWord,
    ReportRequest,
    Remark,
    ReportAct,
    ReportAttachment,
    PhoneSigningRow,
    RevisionSignature,
    Revision,
    ReportSave,
    ReportLine,
    ReportSection,
)


class Purging:
    """Purges what approved acts name. Its methods are called outside any transaction and make their own."""

    def __init__(self, *, clock: Clock, register: Register) -> None:
        self._clock = clock
        self._register = register

    def purge_next(self) -> int:
        """Purge or keep back the reports of one business key, or close an act with nothing left; gives how many, 0 for nothing."""
        with transaction():
            removals.join()
            act = session.scalar(_next_act())
            if act is None:
                return 0
            case = _next_case(act.id)
            if not case:
                self._close(act)
                return 1
            reason = self._reason_to_keep(case, act.id)
            if reason is None:
                self._purge(case, act)
            else:
                self._keep_back(case, act, reason)
            return len(case)

    def faults(self) -> Iterator[str]:
        """What contradicts itself: contents of purged reports, tombstones without a purge, a purge without a tombstone. Reads only."""
        gone = sa.select(Report.business_key, Report.id).where(Report.purged_at.is_not(None))
        for model in (*CONTENTS, DestructionItemRow):
            for row in session.execute(gone.where(sa.exists().where(model.report_id == Report.id))):
                yield f"report {row.id} {row.business_key}: purged, but {model.__tablename__} has rows of it"
        tombstone = sa.exists().where(TombstoneRow.report_id == Report.id)
        for row in session.execute(gone.where(~tombstone)):
            yield f"report {row.id} {row.business_key}: purged without a tombstone"
        kept = sa.select(Report.business_key, Report.id).where(Report.purged_at.is_(None), tombstone)
        for row in session.execute(kept):
            yield f"report {row.id} {row.business_key}: has a tombstone and was not purged"
        other = aliased(Report)
        alone = ~sa.exists().where(other.business_key == Report.business_key, other.purged_at.is_(None)).correlate(Report)
        for row in session.execute(gone.where(alone, cases.case_left(conditions.keys_of(Report.business_key)).correlate(Report))):
            yield f"report {row.id} {row.business_key}: purged, but its process is not"

    def _reason_to_keep(self, case: Sequence[Report], act_id: UUID) -> str | None:
        """Why the reports of a business key must not go now, if anything does: one reason is enough for all of them."""
        ids = [report.id for report in case]
        calendar = self._register.calendar
        terms = {key: term for code in {report.kind_code for report in case} for key, term in self._register.terms(code).items()}
        on_act = sa.exists().where(I.report_id == Report.id, I.act_id == act_id).correlate(Report)
        reasons = {
            "another_report": sa.not_(on_act),
            "held": conditions.held(),
            "process_open": conditions.open_process(),
            "not_archived": sa.not_(conditions.archived(calendar)),
            "kept_longer": sa.not_(conditions.past(terms, calendar)),
        }
        told = session.execute(
            sa.select(*(sa.func.max(sa.case((why, 1), else_=0)).label(name) for name, why in reasons.items())).where(Report.id.in_(ids))
        ).one()
        return next((name for name in reasons if getattr(told, name)), None)

    def _purge(self, case: Sequence[Report], act: DestructionActRow) -> None:
        ids, now = [report.id for report in case], self._clock.now()
        hashes = _hashes(ids)
        figures = _remove_figures([report.id for report in case if report.report_class == shelf.PERSONAL])
        attachment_shelf.leave_files(ids, now)
        session.execute(sa.delete(RemarkMessage).where(RemarkMessage.remark_id.in_(sa.select(Remark.id).where(Remark.report_id.in_(ids)))))
        for model in (*CONTENTS, DestructionItemRow):
            session.execute(sa.delete(model).where(model.report_id.in_(ids)))
        instances = cases.remove_case([f"{case[0].business_key}{suffix}" for suffix in conditions.SUFFIXES], now)
        for report in case:
            report.purged_at, report.notes, report.editors, report.responsible_id = now, {}, [], None
            stone = {"instances": instances, "figures": figures.get(report.id, 0), "revisions": hashes.get(report.id, [])}
            session.add(TombstoneRow(report_id=report.id, act_id=act.id, purged_at=now, **stone))
            about: dict[str, Any] = {"act": str(act.id), "act_number": act.number, "act_date": act.dated.isoformat()}
            chronicle.tell("purged", report, now, **about, instances=instances, figures=figures.get(report.id, 0))

    def _keep_back(self, case: Sequence[Report], act: DestructionActRow, reason: str) -> None:
        session.execute(sa.delete(I).where(I.report_id.in_([report.id for report in case])))
        for report in case:
            chronicle.tell("kept_back", report, self._clock.now(), act=str(act.id), act_number=act.number, reason=reason)

    def _close(self, act: DestructionActRow) -> None:
        act.state, act.ended_at = ActState.EXECUTED.value, self._clock.now()
        destruction.tell("executed", act, act.ended_at, purged=destruction.purged_by(act.id))


def _next_act() -> sa.Select[DestructionActRow]:
    """An act to work on, which no other worker works on."""
    wanted = sa.select(A).where(A.state == ActState.APPROVED.value).order_by(A.id).limit(1)
    return wanted.with_for_update(skip_locked=True).execution_options(populate_existing=True)


def _next_case(act_id: UUID) -> list[Report]:
    """All reports of the first business key on an act that have their contents, locked."""
    first = sa.select(Report.business_key).join(I, I.report_id == Report.id).where(I.act_id == act_id).order_by(I.report_id).limit(1)
    key = session.scalar(first)
    wanted = sa.select(Report).where(Report.business_key == key, Report.purged_at.is_(None)).order_by(Report.id)
    return list(session.scalars(wanted.with_for_update().execution_options(populate_existing=True)))


def _hashes(report_ids: Collection[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """What stays of each revision: number, hash, when it was frozen and submitted, receipt."""
    columns = (Revision.report_id, Revision.number, Revision.sha256, Revision.frozen_at, Revision.submitted_at, Revision.receipt_number)
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in session.execute(sa.select(*columns).where(Revision.report_id.in_(report_ids)).order_by(Revision.number)):
        told = {"number": row.number, "sha256": row.sha256, "receipt_number": row.receipt_number}
        moments = {"frozen_at": _text(row.frozen_at), "submitted_at": _text(row.submitted_at)}
        found.setdefault(row.report_id, []).append(told | moments)
    return found


def _remove_figures(report_ids: Collection[UUID]) -> dict[UUID, int]:
    """Remove the held figures of reports with personal data; gives how many by report."""
    found: dict[UUID, int] = {}
    if report_ids:
        gone = sa.delete(HeldValue).where(HeldValue.report_id.in_(report_ids)).returning(HeldValue.report_id)
        for report_id in session.scalars(gone):
            found[report_id] = found.get(report_id, 0) + 1
    return found


def _text(moment: datetime | date | None) -> str | None:
    return None if moment is None else moment.isoformat()
